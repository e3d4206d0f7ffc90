"""What a project is made of, and what stands in the way of each hop, before any is taken. Nothing here writes."""

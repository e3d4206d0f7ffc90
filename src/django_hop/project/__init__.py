"""What the tool knows about the code base under upgrade: its files, settings chain, apps, models, templates, dependency files."""

"""Dependency files: what a project declares, and how its Django requirement moves."""

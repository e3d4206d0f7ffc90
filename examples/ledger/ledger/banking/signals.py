from django import dispatch

statement_imported = dispatch.Signal(providing_args=["statement", "lines"])
line_unmatched = dispatch.Signal(providing_args=("line",))

class ArchiveRouter:
    """Archived events live in the archive database, everything else in the default one."""

    archived = {"archivedevent"}

    def is_archived(self, app_label, model_name):
        return app_label == "audit" and model_name in self.archived

    def db_for_read(self, model, **hints):
        if self.is_archived(model._meta.app_label, model._meta.model_name):
            return "archive"

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        if model_name is None:
            # Data migrations: none of them has anything to do in the archive.
            return False if db == "archive" else None
        if self.is_archived(app_label, model_name):
            return db == "archive"
        if db == "archive":
            return False

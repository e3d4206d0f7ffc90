import django.dispatch

trade_executed = django.dispatch.Signal(["trade", "user"])
price_changed = django.dispatch.Signal(providing_args=["instrument", "price"], use_caching=True)

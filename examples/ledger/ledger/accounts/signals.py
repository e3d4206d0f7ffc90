from django.dispatch import Signal

transaction_posted = Signal(providing_args=["transaction", "user"])

# Sent in addition to transaction_posted, which the reversing transaction sends like any other.
transaction_reversed = Signal(
    providing_args=[
        "transaction",
        "original",
        "user",
    ],
)

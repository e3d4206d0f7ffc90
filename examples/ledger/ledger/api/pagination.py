from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response


class LedgerPagination(PageNumberPagination):
    page_size = 25
    page_size_query_param = "per_page"
    max_page_size = 100

    def get_paginated_response(self, data):
        return Response({"count": self.page.paginator.count, "pages": self.page.paginator.num_pages, "results": data})

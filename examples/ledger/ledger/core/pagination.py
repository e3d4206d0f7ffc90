from django.core.paginator import EmptyPage, PageNotAnInteger, QuerySetPaginator


def page_of(queryset, number, per_page=20):
    """The asked page, or the nearest one there is."""
    paginator = QuerySetPaginator(queryset, per_page, orphans=3)
    try:
        return paginator.page(number)
    except PageNotAnInteger:
        return paginator.page(1)
    except EmptyPage:
        return paginator.page(paginator.num_pages)

"""Order forms: list, add, change, look at, publish."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import listing
from accounts.access import P, SellerView, member_required
from accounts.middleware import SellerRequest
from accounts.models import Membership
from gateways.choosing import mode_of
from orders import auditing, publishing, refused_sales
from orders.models import OrderForm, Price, Product
from orders.pages.forms import public, rows
from orders.pages.forms.buyer import BuyerForm
from orders.pages.forms.editor import EditorForm
from orders.pages.forms.rows import Rows
from orders.pages.products.wording import in_words
from orders.refused_sales import Refusal

TABS = {
    "": gettext_lazy("All"),
    "published": gettext_lazy("Published"),
    "draft": gettext_lazy("Draft"),
    "archived": gettext_lazy("Archived"),
}


def may_change(request: SellerRequest) -> bool:
    return request.membership.role != Membership.Role.READ_ONLY


def changing(view: SellerView[P]) -> Callable[..., HttpResponse]:
    """For owners and staff; whoever may only look is told so."""

    @wraps(view)
    def checked(request: SellerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_change(request):
            raise PermissionDenied(_("Your role may look at this, and not change it."))
        return view(request, *args, **kwargs)

    return member_required(checked)


def ours(request: SellerRequest) -> QuerySet[OrderForm]:
    """The account's own forms; every look-up starts here."""
    return OrderForm.objects.filter(account=request.account).select_related("account", "product")


def one(request: SellerRequest, uid: str) -> OrderForm:
    return get_object_or_404(ours(request).prefetch_related("fields"), uid=uid)


@require_safe
@never_cache
@member_required
def form_list(request: SellerRequest) -> HttpResponse:
    tab = request.GET.get("state", "")
    tab = tab if tab in TABS else ""
    search = listing.searched(request)
    in_force = Price.objects.filter(replaced_at=None)
    found = searched(in_tab(ours(request), tab), search).annotate(sold=Count("orders"))
    page = listing.page(request, found.prefetch_related(Prefetch("product__prices", in_force)))
    context = {
        "page": page,
        "forms": [
            (form, price_of(form), settings.PUBLIC_URL + form.public_path) for form in page.rows
        ],
        "tabs": TABS.items(),
        "tab": tab,
        "search": search,
        "may_change": may_change(request),
    }
    return render(request, "orders/forms/list.html", context)


def price_of(form: OrderForm) -> str:
    """In words. Asks nothing where the price in force was fetched with the product."""
    prices = form.product.prices.all()
    price = next((price for price in prices if price.replaced_at is None), None)
    return in_words(price) if price else _("no price")


def in_tab(forms: QuerySet[OrderForm], tab: str) -> QuerySet[OrderForm]:
    if tab == "archived":
        return forms.exclude(archived_at=None)
    forms = forms.filter(archived_at=None)
    if tab == "published":
        return forms.exclude(published_at=None)
    return forms.filter(published_at=None) if tab == "draft" else forms


def searched(forms: QuerySet[OrderForm], search: str) -> QuerySet[OrderForm]:
    """By title, product or address."""
    if not search:
        return forms
    named = Q(title__icontains=search) | Q(product__name__icontains=search)
    return forms.filter(named | Q(slug__icontains=search))


@never_cache
@changing
def add(request: SellerRequest) -> HttpResponse:
    """A new form, as a draft."""
    if not Product.objects.filter(account=request.account, archived_at=None).exists():
        return render(request, "orders/forms/nothing_to_sell.html")
    return edit(request, OrderForm(mode=mode_of(request.account)))


@never_cache
@member_required
def change(request: SellerRequest, uid: str) -> HttpResponse:
    form = one(request, uid)
    if request.method == "POST" and not may_change(request):
        raise PermissionDenied(_("Your role may look at this, and not change it."))
    return edit(request, form)


def edit(request: SellerRequest, form: OrderForm) -> HttpResponse:
    """The editor: shown, rearranged by a button of its rows, or saved."""
    if request.method != "POST":
        shown = rows.of(form) if form.pk else rows.fresh()
        product = ours_to_sell(request, request.GET.get("product"))
        initial = {"product": product} if product and not form.pk else {}
        editor = EditorForm(request.account, instance=form, initial=initial)
        return editor_page(request, form, editor, shown)
    editor = EditorForm(request.account, instance=form, data=request.POST)
    if "press" in request.POST:
        draft = EditorForm(request.account, instance=form, initial=request.POST.dict())
        return editor_page(request, form, draft, rows.pressed(request.POST))
    shown = rows.posted(request.POST)
    valid = all([editor.is_valid(), shown.is_valid()])
    if valid and not editor.refuse_while_open(shown) and editor.keep(shown):
        messages.success(request, saved_words(form))
        return redirect("orders:form_change", form.uid)
    (editor if editor.errors else shown).focus_first_error()
    return editor_page(request, form, editor, shown)


def ours_to_sell(request: SellerRequest, uid: str | None) -> Product | None:
    """A product that a link on another page names."""
    return Product.objects.filter(account=request.account, uid=uid, archived_at=None).first()


def saved_words(form: OrderForm) -> str:
    if form.published_at:
        return _("Saved. Buyers see it at once.")
    return _("Saved as a draft. Buyers see it once it is published.")


def editor_page(
    request: SellerRequest, form: OrderForm, editor: EditorForm, shown: Rows
) -> HttpResponse:
    """`form` may hold what was just typed; what the page says of it is read anew."""
    kept = one(request, form.uid) if form.pk else None
    context: dict[str, Any] = {
        "kept": kept,
        "editor": editor,
        "rows": shown,
        "may_change": may_change(request),
        "prefix": f"{settings.PUBLIC_URL}/f/",
    }
    if kept:
        context |= {
            "url": settings.PUBLIC_URL + kept.public_path,
            "objections": publishing.objections(kept),
            "sold": kept.orders.count(),
            "price": price_of(kept),
            "refusals": refusals_of(kept),
        }
    return render(request, "orders/forms/edit.html", context)


def refusals_of(form: OrderForm) -> list[Refusal]:
    """What Razorpay refused of the price, in the form's own mode."""
    standing = refused_sales.standing(form.product)
    return [one for one in standing if one.mode == form.mode]


@require_safe
@never_cache
@member_required
def preview(request: SellerRequest, uid: str) -> HttpResponse:
    """The page as buyers see it. Nothing can be sent from here."""
    form = one(request, uid)
    context = public.shown(form, BuyerForm(form)) | {"preview": True}
    return render(request, "orders/forms/public.html", context)


@require_POST
@never_cache
@changing
def publish(request: SellerRequest, uid: str) -> HttpResponse:
    form = one(request, uid)
    try:
        publishing.publish(form)
    except publishing.NotPublishable as error:
        messages.error(request, str(error))
    else:
        auditing.form_marked(form, request.user)
        messages.success(request, _("Published. The page takes orders now."))
    return redirect("orders:form_change", form.uid)


@require_POST
@never_cache
@changing
def take_back(request: SellerRequest, uid: str) -> HttpResponse:
    form = one(request, uid)
    publishing.take_back(form)
    auditing.form_marked(form, request.user)
    messages.success(request, _("Taken back. Its address says that the form is not open."))
    return redirect("orders:form_change", form.uid)


@require_POST
@never_cache
@changing
def archive(request: SellerRequest, uid: str) -> HttpResponse:
    """Put away, or fetched again as a draft."""
    form = one(request, uid)
    if form.archived_at:
        publishing.restore(form)
        messages.success(request, _("Fetched from the archive, as a draft."))
    else:
        publishing.archive(form)
        auditing.form_marked(form, request.user)
        messages.success(request, _("Archived. Its orders stay."))
    return redirect("orders:form_change", form.uid)

#include "queue/ctlrequest.h"
#include "queue/name.h"
#include <string.h>

/* kinds of selectors, as bits */
enum {
	/* of mail as it was accepted: what queue-run knows before it goes */
	OF_MAIL = 1 << SELECTOR_DOMAIN | 1 << SELECTOR_FROM | 1 << SELECTOR_TO |
	    1 << SELECTOR_TENANT | 1 << SELECTOR_USER | 1 << SELECTOR_TAG |
	    1 << SELECTOR_UUID | 1 << SELECTOR_LARGER | 1 << SELECTOR_SMALLER,
	/* what route finds out */
	OF_ROUTE = CTLREQUEST_OF_ROUTE
};

static int
has_selector(const struct selector_list *l)
{
	return l->all || l->n > 0 || buf_len(&l->ids) > 0;
}

/* one message, or one of what the index of queue-run has */
static const char *
check_why(const struct selector_list *l)
{
	if (l->all || l->n + buf_len(&l->ids) / NAME_LEN != 1 ||
	    (l->n == 1 &&
		(l->by[0].negated ||
		    (l->by[0].what != SELECTOR_TO &&
			l->by[0].what != SELECTOR_DOMAIN &&
			l->by[0].what != SELECTOR_SITE))))
		return "only one id, to, domain or site can be asked about";
	if (l->n == 1 && l->by[0].what == SELECTOR_DOMAIN &&
	    l->by[0].value[0] == '.')
		return "one domain is asked about, not what is below it";
	return NULL;
}

/* a message that would come: to whom, and what it might have */
static const char *
check_ask(const struct selector_list *l)
{
	static const unsigned may = 1u << SELECTOR_TO | 1u << SELECTOR_FROM |
	    1u << SELECTOR_TENANT | 1u << SELECTOR_USER | 1u << SELECTOR_TAG;
	unsigned i, n[SELECTOR_KINDS] = { 0 };

	if (l->all || buf_len(&l->ids) > 0 || selector_kinds(l) & ~may)
		return "such a message has to, from, tenant, user and tag";
	for (i = 0; i < l->n; i++)
		if (l->by[i].negated ||
		    (++n[l->by[i].what] > 1 && l->by[i].what != SELECTOR_TAG))
			return "each but tag stands once, and without not";
	return n[SELECTOR_TO] == 1 ? NULL : "say to whom it would go";
}

/* route gets them as words with commas between */
static const char *
check_below(const struct selector_list *l)
{
	unsigned i;
	size_t k;

	for (i = 0; i < l->n; i++) {
		if (!(OF_ROUTE & 1u << l->by[i].what))
			continue;
		if (l->by[i].negated)
			return "site, provider and via have no contrary here";
		for (k = 0; k < l->by[i].len; k++)
			if (strchr(" ,=\\", l->by[i].value[k]) != NULL ||
			    (unsigned char)l->by[i].value[k] < ' ')
				return "no name of a site, provider or pool";
	}
	return NULL;
}

/* for mail that comes it must be known beforehand whether it is meant */
static const char *
check_coming(const struct ctlrequest *o, unsigned kinds)
{
	if (buf_len(&o->sel.ids) > 0)
		return "mail that comes has no ids yet: say hold";
	if (selector_kinds(&o->sel) & ~kinds)
		return "for mail that comes only domain, from, to, tenant, "
		       "user, tag, uuid, larger, smaller, and to suspend site, "
		       "provider, via";
	return check_below(&o->sel);
}

static const char *
check_rebind(const struct ctlrequest *o)
{
	if (o->with.none)
		return has_selector(&o->sel) || ctlparam_sets(&o->with)
		    ? "none takes no selector"
		    : NULL;
	if (!ctlparam_sets(&o->with))
		return "say pool=NAME, host=HOSTS or tag=VALUE";
	if (!has_selector(&o->sel))
		return "selector missing";
	return selector_kinds(&o->sel) & ~(OF_MAIL | 1u << SELECTOR_AGE)
	    ? "that may change before it goes: queue-list -i finds the ids"
	    : NULL;
}

/* what does not belong to this verb */
static const char *
check_params(const struct ctlrequest *o)
{
	const struct ctlparam *w = &o->with;
	int ends = o->verb == CTLREQUEST_RESUME ||
	    (o->verb == CTLREQUEST_REBIND && w->none);

	if (w->order > 0 && !ends)
		return "no message id";
	if (w->for_s > 0 && o->verb != CTLREQUEST_SUSPEND &&
	    o->verb != CTLREQUEST_BOUNCE)
		return "only suspend and bounce have a time";
	if (w->reason.n > 0 && !ctlrequest_stands(o))
		return "only an order that stands has a reason";
	if ((ctlparam_sets(w) || w->none) && o->verb != CTLREQUEST_REBIND)
		return "only rebind sets something";
	return NULL;
}

const char *
ctlrequest_check(const struct ctlrequest *o)
{
	const struct selector_list *l = &o->sel;
	const char *wrong = check_params(o);

	if (wrong != NULL)
		return wrong;
	if (o->count &&
	    (!ctlrequest_wants(o->verb) || o->verb == CTLREQUEST_SHOW ||
		o->verb == CTLREQUEST_WHY || o->verb == CTLREQUEST_ASK))
		return "there is nothing to count";
	if (!ctlrequest_wants(o->verb))
		return has_selector(l) ? "takes no selector" : NULL;
	if (o->verb == CTLREQUEST_REBIND)
		return check_rebind(o);
	if (o->verb == CTLREQUEST_RESUME && o->with.order > 0)
		return has_selector(l) ? "a number takes no selector" : NULL;
	if (!has_selector(l))
		return "selector missing";
	if (o->verb == CTLREQUEST_SHOW)
		return l->all || l->n > 0 ? "only ids can be shown" : NULL;
	if (o->verb == CTLREQUEST_WHY)
		return check_why(l);
	if (o->verb == CTLREQUEST_ASK)
		return check_ask(l);
	if (o->verb == CTLREQUEST_SUSPEND || o->verb == CTLREQUEST_RESUME)
		return check_coming(o, OF_MAIL | OF_ROUTE);
	if (selector_kinds(l) & 1u << SELECTOR_VIA)
		return "only suspend and resume know pools";
	return o->verb == CTLREQUEST_BOUNCE && o->with.for_s > 0
	    ? check_coming(o, OF_MAIL)
	    : NULL;
}

#include "queue/order.h"
#include "proto/ltsv.h"
#include "queue/name.h"
#include <string.h>

static const char *const verb_name[ORDER_VERBS] = { "hold", "release",
	"delete", "retry", "bounce", "suspend", "resume", "status", "stop" };
static const char *const select_name[ORDER_SELECTS] = { "all", "id", "domain",
	"from", "to" };

const char *
order_verb_name(enum order_verb v)
{
	return verb_name[v];
}

const char *
order_select_name(enum order_select s)
{
	return select_name[s];
}

int
order_wants(enum order_verb v)
{
	return v != ORDER_STATUS && v != ORDER_STOP;
}

static int
named(const char *const *names, int n, const char *s, size_t len)
{
	int i;

	for (i = 0; i < n; i++)
		if (strlen(names[i]) == len && memcmp(names[i], s, len) == 0)
			return i;
	return -1;
}

/* is what was read an order that makes sense */
static const char *
check(struct order *o)
{
	size_t i;

	if (o->select == ORDER_ALL)
		return o->len > 0 ? "`all' takes no argument"
		    : o->verb == ORDER_SUSPEND || o->verb == ORDER_RESUME
		    ? "only a domain can be suspended or resumed" : NULL;
	if ((o->verb == ORDER_SUSPEND || o->verb == ORDER_RESUME) &&
	    o->select != ORDER_DOMAIN)
		return "only a domain can be suspended or resumed";
	if (o->select == ORDER_ID && name_check(o->arg, o->len) == -1)
		return "no message id";
	if (o->select == ORDER_DOMAIN)
		for (i = 0; i < o->len; i++)
			if (o->arg[i] >= 'A' && o->arg[i] <= 'Z')
				o->arg[i] |= 32;
	if (o->len == 0 && o->select != ORDER_FROM)
		return "empty selector";
	return NULL;
}

static int
set_arg(struct order *o, const char *s, size_t n)
{
	if (n >= sizeof o->arg)
		return -1;
	memcpy(o->arg, s, n);
	o->arg[n] = '\0';
	o->len = n;
	return 0;
}

const char *
order_parse(const char *line, size_t n, struct order *o)
{
	const struct ltsv_field *f;
	static struct ltsv l;
	long len;
	int i;

	memset(o, 0, sizeof *o);
	if (n > ORDER_LINE_MAX || ltsv_parse(line, n, &l) == -1)
		return "malformed request";
	f = ltsv_find(&l, "cmd");
	i = f == NULL ? -1 : named(verb_name, ORDER_VERBS, f->value,
	    f->value_len);
	if (i == -1)
		return "unknown command";
	o->verb = i;
	if (!order_wants(o->verb))
		return NULL; /* other labels are none of its business */
	f = ltsv_find(&l, "sel");
	if (f == NULL)
		return "selector missing";
	i = named(select_name, ORDER_SELECTS, f->value, f->value_len);
	if (i == -1)
		i = ltsv_is(f, "sender") ? ORDER_FROM : -1;
	if (i == -1)
		return "unknown selector";
	o->select = i;
	f = ltsv_find(&l, "arg");
	if (f != NULL) {
		len = ltsv_value(f, o->arg, sizeof o->arg);
		if (len == -1)
			return "argument too long";
		o->len = len;
	}
	return check(o);
}

const char *
order_words(const char *verb, const char *selector, struct order *o)
{
	const char *colon;
	int i;

	memset(o, 0, sizeof *o);
	i = named(verb_name, ORDER_VERBS, verb, strlen(verb));
	if (i == -1)
		return "unknown command";
	o->verb = i;
	if (!order_wants(o->verb))
		return selector == NULL ? NULL : "takes no selector";
	if (selector == NULL)
		return "selector missing";
	if (strcmp(selector, "all") == 0)
		return check(o);
	colon = strchr(selector, ':');
	if (colon == NULL) {
		o->select = ORDER_ID;
		colon = selector - 1;
	} else {
		i = named(select_name, ORDER_SELECTS, selector,
		    colon - selector);
		if (i <= ORDER_ALL)
			return "unknown selector";
		o->select = i;
	}
	if (set_arg(o, colon + 1, strlen(colon + 1)) == -1)
		return "argument too long";
	return check(o);
}

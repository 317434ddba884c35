#include "queue/ctlrequest.h"
#include "base/ascii.h"
#include "format/ltsv.h"
#include "queue/name.h"
#include <string.h>

static const char *const verb_name[CTLREQUEST_VERBS] = { "hold", "release",
	"delete", "retry", "bounce", "suspend", "resume", "show", "status",
	"stop" };

const char *
ctlrequest_verb_name(enum ctlrequest_verb v)
{
	return verb_name[v];
}

int
ctlrequest_verb(const char *s, size_t n)
{
	return ascii_which(verb_name, CTLREQUEST_VERBS, s, n);
}

int
ctlrequest_wants(enum ctlrequest_verb v)
{
	return v != CTLREQUEST_STATUS && v != CTLREQUEST_STOP;
}

int
ctlrequest_all(const struct ctlrequest *o)
{
	return o->sel.all && o->sel.n == 0 && buf_len(&o->sel.ids) == 0;
}

const char *
ctlrequest_domain(const struct ctlrequest *o, size_t *n)
{
	*n = o->sel.by[0].len;
	return o->sel.by[0].value;
}

static const char *
check_suspend(const struct selector_list *l)
{
	if (l->all || buf_len(&l->ids) > 0 || l->n != 1 ||
	    l->by[0].what != SELECTOR_DOMAIN)
		return "only a domain can be suspended or resumed";
	if (l->by[0].value[0] == '.')
		return "one domain is suspended or resumed, not what is "
		       "below it";
	return NULL;
}

const char *
ctlrequest_check(const struct ctlrequest *o)
{
	const struct selector_list *l = &o->sel;

	if (!ctlrequest_wants(o->verb))
		return l->all || l->n > 0 || buf_len(&l->ids) > 0
		    ? "takes no selector"
		    : NULL;
	if (!l->all && l->n == 0 && buf_len(&l->ids) == 0)
		return "selector missing";
	if (o->verb == CTLREQUEST_SHOW)
		return l->all || l->n > 0 ? "only ids can be shown" : NULL;
	if (o->verb == CTLREQUEST_SUSPEND || o->verb == CTLREQUEST_RESUME)
		return check_suspend(l);
	return NULL;
}

/* "sel", and "arg" if it has one; *i is behind them then */
static const char *
read_pair(const struct ltsv *l, unsigned *i, struct ctlrequest *o, size_t *used)
{
	const struct ltsv_field *f = &l->f[(*i)++], *g;
	int kind = selector_kind(f->value, f->value_len);
	char *value = o->text + *used;
	long n = 0;

	if (kind == -1)
		return "unknown selector";
	g = *i < l->n ? &l->f[*i] : NULL;
	if (g != NULL && g->label_len == 3 && memcmp(g->label, "arg", 3) == 0) {
		n = ltsv_value(g, value, sizeof o->text - *used);
		(*i)++;
	}
	if (n < 0 || (n >= CTLREQUEST_ARG_MAX && kind != SELECTOR_ID))
		return "argument too long";
	*used += n + 1;
	if (kind == SELECTOR_DOMAIN)
		ascii_lower_copy(value, value, n); /* domains are so */
	return selector_add(&o->sel, kind, value, n);
}

const char *
ctlrequest_parse(const char *line, size_t n, struct ctlrequest *o)
{
	const struct ltsv_field *f;
	const char *wrong = NULL;
	struct ltsv l;
	size_t used = 0;
	unsigned i;
	int verb;

	ctlrequest_free(o);
	if (n > CTLREQUEST_LINE_MAX || ltsv_parse(line, n, &l) == -1)
		return "malformed request";
	f = ltsv_find(&l, "cmd");
	verb = f == NULL ? -1 : ctlrequest_verb(f->value, f->value_len);
	if (verb == -1)
		return "unknown command";
	o->verb = verb;
	if (!ctlrequest_wants(verb))
		return NULL;
	for (i = 0; i < l.n && wrong == NULL;)
		if (l.f[i].label_len == 3 &&
		    memcmp(l.f[i].label, "sel", 3) == 0)
			wrong = read_pair(&l, &i, o, &used);
		else
			i++;
	if (wrong == NULL &&
	    buf_len(&o->sel.ids) > CTLREQUEST_IDS_MAX * NAME_LEN)
		wrong = "too many ids in one request";
	return wrong != NULL ? wrong : ctlrequest_check(o);
}

static int
put_ids(const char *p, size_t n, struct buf *b)
{
	size_t i;
	int k = ltsv_puts(b, "sel", "id");

	k |= ltsv_put(b, "arg", p, NAME_LEN);
	for (i = 1; i < n; i++) {
		k |= buf_putc(b, ' ');
		k |= buf_put(b, p + i * NAME_LEN, NAME_LEN);
	}
	return k;
}

int
ctlrequest_put(const struct ctlrequest *o, size_t at, size_t n, struct buf *b)
{
	const struct selector_list *l = &o->sel;
	unsigned i;
	int k = ltsv_puts(b, "cmd", verb_name[o->verb]);

	if (l->all)
		k |= ltsv_puts(b, "sel", "all");
	if (n > 0)
		k |= put_ids(buf_data(&l->ids) + at * NAME_LEN, n, b);
	for (i = 0; i < l->n; i++) {
		k |= ltsv_puts(b, "sel", selector_name(l->by[i].what));
		k |= ltsv_put(b, "arg", l->by[i].value, l->by[i].len);
	}
	return k | ltsv_end(b) ? -1 : 0;
}

void
ctlrequest_free(struct ctlrequest *o)
{
	selector_free(&o->sel);
	o->verb = 0;
}

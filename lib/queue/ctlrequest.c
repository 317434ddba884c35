#include "queue/ctlrequest.h"
#include "base/ascii.h"
#include "format/ltsv.h"
#include "queue/name.h"
#include <stdio.h>
#include <string.h>

/* a selector's name with "not:" */
enum { CTLREQUEST_KIND_MAX = 32 };

/* "sel", and "arg" if it has one; *i is behind them then */
static const char *
read_pair(const struct ltsv *l, unsigned *i, struct ctlrequest *o, size_t *used)
{
	const struct ltsv_field *f = &l->f[(*i)++], *g;
	int negated, kind = selector_kind(f->value, f->value_len, &negated);
	char *value = o->text + *used;
	long n = 0;

	if (kind == -1)
		return "unknown selector";
	if (SELECTOR_IN_MESSAGE & 1u << kind)
		return "queue-run does not read messages";
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
	return selector_add(&o->sel, kind, negated, value, n);
}

/* 0, -1: there is no such verb */
static int
read_verb(const struct ltsv *l, struct ctlrequest *o)
{
	const struct ltsv_field *f = ltsv_find(l, "cmd");
	int verb;

	o->count = f != NULL && ltsv_is(f, "count");
	if (o->count)
		f = ltsv_find(l, "of");
	verb = f == NULL ? -1 : ctlrequest_verb(f->value, f->value_len);
	if (verb == -1)
		return -1;
	o->verb = (enum ctlrequest_verb)verb;
	return 0;
}

const char *
ctlrequest_parse(const char *line, size_t n, struct ctlrequest *o)
{
	const char *wrong = NULL;
	struct ltsv l;
	size_t used = 0;
	uint64_t number;
	unsigned i;

	ctlrequest_free(o);
	if (n > CTLREQUEST_KEPT_MAX || ltsv_parse(line, n, &l) == -1)
		return "malformed request";
	if (read_verb(&l, o) == -1)
		return "unknown command";
	o->n = CTLREQUEST_EACH;
	if (ltsv_num(&l, "n", 0, UINT32_MAX - 1, &number) == 0)
		o->n = number;
	if (!ctlrequest_wants(o->verb))
		return ctlrequest_check(o);
	for (i = 0; i < l.n && wrong == NULL;)
		if (l.f[i].label_len == 3 &&
		    memcmp(l.f[i].label, "sel", 3) == 0)
			wrong = read_pair(&l, &i, o, &used);
		else
			ctlparam_label(&o->with, &l.f[i++], o->text,
			    sizeof o->text, &used, &wrong);
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

static int
put_kind(const struct selector_by *by, struct buf *b)
{
	const char *name = selector_name(by->what);
	char word[CTLREQUEST_KIND_MAX];

	return ltsv_put(b, "sel", word,
	    snprintf(word, sizeof word, "%s%s", by->negated ? "not:" : "",
		name));
}

int
ctlrequest_put(const struct ctlrequest *o, size_t at, size_t n, struct buf *b)
{
	const struct selector_list *l = &o->sel;
	unsigned i;
	int k = ltsv_puts(b, "cmd",
	    o->count ? "count" : ctlrequest_verb_name(o->verb));

	if (o->count)
		k |= ltsv_puts(b, "of", ctlrequest_verb_name(o->verb));
	if (l->all)
		k |= ltsv_puts(b, "sel", "all");
	if (n > 0)
		k |= put_ids(buf_data(&l->ids) + at * NAME_LEN, n, b);
	for (i = 0; i < l->n; i++) {
		k |= put_kind(&l->by[i], b);
		k |= ltsv_put(b, "arg", l->by[i].value, l->by[i].len);
	}
	k |= ctlparam_put(&o->with, b);
	if (o->verb == CTLREQUEST_WHY && o->n != CTLREQUEST_EACH)
		k |= ltsv_putnum(b, "n", o->n);
	return k | ltsv_end(b) ? -1 : 0;
}

int
ctlrequest_words(const struct ctlrequest *o, struct buf *b)
{
	const struct selector_list *l = &o->sel;
	size_t i, from = buf_len(b), n = buf_len(&l->ids) / NAME_LEN;
	int k = l->all ? buf_puts(b, "all") : 0;

	for (i = 0; i < n; i++) {
		k |= buf_puts(b, i > 0 ? "," : l->all ? " id:" : "id:");
		k |= buf_put(b, buf_data(&l->ids) + i * NAME_LEN, NAME_LEN);
	}
	for (i = 0; i < l->n; i++) {
		if (buf_len(b) > from)
			k |= buf_putc(b, ' ');
		if (l->by[i].negated)
			k |= buf_puts(b, "not:");
		k |= buf_puts(b, selector_name(l->by[i].what));
		k |= buf_putc(b, ':');
		k |= buf_put(b, l->by[i].value, l->by[i].len);
	}
	return k == 0 ? 0 : -1;
}

void
ctlrequest_free(struct ctlrequest *o)
{
	selector_free(&o->sel);
	memset(&o->with, 0, sizeof o->with);
	o->verb = 0;
	o->count = 0;
}

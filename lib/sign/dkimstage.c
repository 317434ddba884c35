#include "sign/dkimstage.h"
#include "base/clock.h"
#include "base/die.h"
#include "mail/addrlist.h"
#include "mail/header.h"
#include "sign/signers.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* one signature of a message */
struct one {
	struct stage_parcel *parcel;
	struct signer_query query;
	struct buf field;
	unsigned good : 1;
};

/* one message */
struct state {
	struct signers_found found;
	struct dkimmake make;
	struct one *one; /* found.n of them */
	char author[ADDRLIST_ADDRESS_MAX + 1];
	unsigned waiting; /* for so many signatures */
	unsigned sign : 1, trouble : 1, failed : 1, no_memory : 1;
	char why[200]; /* it failed */
};

/* what signs it */

/* the first address in From: "" when there is none */
static void
read_author(struct stage_parcel *p, char *out)
{
	struct header_field f;
	const char *at, *end;
	long n = -1;

	*out = '\0';
	if (!header_find(buf_data(&p->header), buf_len(&p->header), "from", &f))
		return;
	at = f.value;
	end = at + f.value_len;
	while (n == -1 && at < end)
		n = addrlist_next(&at, end, out);
	if (n <= 0)
		*out = '\0';
}

static int
find_all(struct stage_parcel *p, struct state *s)
{
	const struct dkimstage *conf = stage_arg(p);
	struct lookup l = conftable_lookup(conf->table);
	struct buf sender = { 0 };
	int r;

	conftable_check(conf->table);
	read_author(p, s->author);
	stage_env(p, "from", &sender);
	r = signers_find(&l, SIGNERS_FROM, s->author, strlen(s->author),
	    &s->found);
	if (r == 0)
		r = signers_find(&l, SIGNERS_ENVELOPE, buf_data(&sender),
		    buf_len(&sender), &s->found);
	buf_free(&sender);
	return r;
}

/* why it is not to be signed, or NULL */
static const char *
unfit(struct stage_parcel *p, struct state *s)
{
	enum dkimmake_fault fault;

	if (p->long_header)
		return "the header is too long";
	fault = dkimmake_check(buf_data(&p->header), buf_len(&p->header));
	s->no_memory = fault == DKIMMAKE_MEMORY;
	return fault == DKIMMAKE_GOOD || s->no_memory ? NULL
						      : dkimmake_text(fault);
}

static int
on_begin(struct stage_parcel *p)
{
	const struct dkimstage *conf = stage_arg(p);
	struct state *s = p->state;
	const char *why;

	if (!conf->all && !stage_inside(p))
		return 0;
	if (find_all(p, s) == -1) {
		s->trouble = 1;
		return 0;
	}
	if (s->found.n == 0)
		return 0;
	why = unfit(p, s);
	if (why != NULL)
		warn("message of %s is not signed: %s", s->author, why);
	if (why != NULL || s->no_memory)
		return 0;
	dkimmake_init(&s->make, s->found.rule, s->found.n);
	s->sign = 1;
	return 1;
}

static void
on_body(struct stage_parcel *p, const char *b, size_t n)
{
	dkimmake_body(&((struct state *)p->state)->make, b, n);
}

/* signing */

/* all answers are there */
static void
finish(struct stage_parcel *p)
{
	const struct dkimstage *conf = stage_arg(p);
	struct state *s = p->state;
	char text[256];
	unsigned i;

	if (s->failed && !conf->unsigned_too) {
		snprintf(text, sizeof text, "4.7.5 unable to sign: %s", s->why);
		stage_refuse(p, RECEIPT_TEMP, text);
		return;
	}
	for (i = 0; i < s->found.n; i++)
		if (s->one[i].good)
			needs(buf_put(&p->front, buf_data(&s->one[i].field),
			    buf_len(&s->one[i].field)));
	stage_pass(p);
}

static void
on_signed(void *arg, enum signer_status status, const char *text, size_t n)
{
	struct one *o = arg;
	const struct dkimstage *conf = stage_arg(o->parcel);
	struct state *s = o->parcel->state;
	const struct dkimmake_rule *r = &s->found.rule[o - s->one];

	if (status == SIGNER_OK) {
		needs(dkimmake_finish(&o->field, text, n));
		o->good = 1;
	} else {
		warn("unable to sign for %s with %s: %s%s", r->domain, r->key,
		    text,
		    conf->unsigned_too ? "; the message goes on without" : "");
		s->failed = 1;
		snprintf(s->why, sizeof s->why, "%s", text);
	}
	if (--s->waiting == 0)
		finish(o->parcel);
}

/* all fields up to their signatures */
static enum dkimmake_fault
make_fields(struct stage_parcel *p, struct state *s)
{
	const struct dkimstage *conf = stage_arg(p);
	int64_t now = conf->now != 0 ? conf->now : clock_wall_s();
	enum dkimmake_fault fault;
	struct one *o;
	unsigned i;

	s->one = need(calloc(s->found.n, sizeof *s->one));
	for (i = 0; i < s->found.n; i++) {
		o = &s->one[i];
		o->parcel = p;
		o->query.done = on_signed;
		o->query.arg = o;
		o->query.request.algorithm = s->found.rule[i].algorithm;
		memcpy(o->query.request.key, s->found.rule[i].key,
		    strlen(s->found.rule[i].key) + 1);
		fault = dkimmake_field(&s->make, i, buf_data(&p->header),
		    buf_len(&p->header), now, &o->field,
		    o->query.request.digest);
		if (fault != DKIMMAKE_GOOD)
			return fault;
	}
	return DKIMMAKE_GOOD;
}

/* a header of very many fields: not now, and others go on */
static void
lacks_memory(struct stage_parcel *p)
{
	const struct state *s = p->state;

	warn("message of %s cannot be signed: out of memory", s->author);
	stage_refuse(p, RECEIPT_TEMP, "4.3.0 no memory to sign the message");
}

static void
on_whole(struct stage_parcel *p)
{
	struct dkimstage *conf = stage_arg(p);
	struct state *s = p->state;
	enum dkimmake_fault fault;
	unsigned i;

	if (s->trouble) {
		warn("%s is missing or damaged", conf->path);
		stage_refuse(p, RECEIPT_TEMP,
		    "4.3.5 unable to read the table of signatures");
		return;
	}
	if (s->no_memory) {
		lacks_memory(p);
		return;
	}
	if (!s->sign) {
		stage_pass(p);
		return;
	}
	dkimmake_end(&s->make);
	fault = make_fields(p, s);
	if (fault == DKIMMAKE_MEMORY) {
		lacks_memory(p);
		return;
	}
	if (fault != DKIMMAKE_GOOD) {
		warn("message of %s is not signed: %s", s->author,
		    dkimmake_text(fault));
		stage_pass(p);
		return;
	}
	s->waiting = s->found.n;
	for (i = 0; i < s->found.n; i++)
		signer_ask(&conf->signer, &s->one[i].query);
}

static void
on_forget(struct stage_parcel *p)
{
	struct state *s = p->state;
	unsigned i;

	for (i = 0; s->one != NULL && i < s->found.n; i++) {
		signer_cancel(&s->one[i].query);
		buf_free(&s->one[i].field);
	}
	free(s->one);
	signers_clear(&s->found);
}

const struct stage_ops dkimstage_ops = { .state_size = sizeof(struct state),
	.begin = on_begin,
	.body = on_body,
	.whole = on_whole,
	.forget = on_forget };

#include "spf/term.h"
#include "spf/work.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* results */

static void
set_text(struct spf *s, const char *fmt, va_list ap)
{
	char *p;

	vsnprintf(s->text, sizeof s->text, fmt, ap);
	for (p = s->text; *p != '\0'; p++)
		if (*p < 0x20 || *p > 0x7e)
			*p = '?';
}

static void
say(struct spf *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_text(s, fmt, ap);
	va_end(ap);
}

void
spfwork_end(struct spf *s, enum spf_result r, const char *fmt, ...)
{
	va_list ap;

	s->result = r;
	s->phase = OVER;
	s->asked = NOTHING;
	va_start(ap, fmt);
	set_text(s, fmt, ap);
	va_end(ap);
}

struct spf_frame *
spfwork_top(struct spf *s)
{
	return &s->frame[s->depth - 1];
}

/* from term to term */

int
spfwork_current(struct spf *s, struct spfterm *t, unsigned *behind)
{
	struct spf_frame *f = spfwork_top(s);
	const char *p = s->records + f->pos;
	int r = spfterm_next(&p, s->records + f->end, t);

	*behind = (unsigned)(p - s->records);
	return r;
}

void
spfwork_next(struct spf *s)
{
	struct spf_frame *f = spfwork_top(s);
	struct spfterm t;

	spfwork_current(s, &t, &f->pos);
	f->counted = 0;
}

/* what the term at pos says when it matches */
static enum spf_result
qualified(struct spf *s)
{
	struct spfterm t;
	unsigned behind;

	spfwork_current(s, &t, &behind);
	switch (t.qualifier) {
	case '-': return SPF_FAIL;
	case '~': return SPF_SOFTFAIL;
	case '?': return SPF_NEUTRAL;
	default: return SPF_PASS;
	}
}

/* the top frame has come to r: back to the include, section 5.2 */
static void
finish(struct spf *s, enum spf_result r)
{
	while (s->depth > 1) {
		s->used = spfwork_top(s)->at;
		s->depth--;
		s->valid_known = 0;
		if (r != SPF_PASS) {
			spfwork_next(s);
			return;
		}
		r = qualified(s);
	}
	s->result = r;
	s->phase = OVER;
	if (r == SPF_FAIL && spfwork_top(s)->exp_len > 0)
		s->phase = EXP_NAME;
	else if (r == SPF_FAIL)
		spfwork_by_default(s);
}

void
spfwork_matched(struct spf *s)
{
	struct spfterm t;
	unsigned behind;

	spfwork_current(s, &t, &behind);
	say(s, "%.*s of %s matches", (int)(t.raw_len > 200 ? 200 : t.raw_len),
	    t.raw, spfwork_top(s)->domain);
	finish(s, qualified(s));
}

void
spfwork_unmatched(struct spf *s)
{
	say(s, "no mechanism of %s matches", spfwork_top(s)->domain);
	finish(s, SPF_NEUTRAL);
}

/* records */

/* there is no record where the top frame wants one */
static void
no_record(struct spf *s, const char *why)
{
	struct spf_frame *f = spfwork_top(s);

	spfwork_end(s, f->needed ? SPF_PERMERROR : SPF_NONE, "%s: %s",
	    f->domain, why);
}

/* its bytes begin at s->used.  Section 4.3: what a domain must be */
void
spfwork_start(struct spf *s, const char *domain)
{
	struct spf_frame *f = spfwork_top(s);
	unsigned needed = f->needed;

	memset(f, 0, sizeof *f);
	f->needed = needed & 1;
	snprintf(f->domain, sizeof f->domain, "%s", domain);
	f->at = f->end = f->pos = s->used;
	s->valid_known = 0;
	if (f->domain[0] == '[' || strchr(f->domain, '.') == NULL ||
	    !spfwork_ascii(f->domain, strlen(f->domain)) ||
	    !spfwork_ask(s, RECORD, DNSQ_TXT, f->domain))
		no_record(s, "not a domain that could have a policy");
}

/* look at each term; section 4.6: an error anywhere ends it all */
static void
check(struct spf *s)
{
	struct spf_frame *f = spfwork_top(s);
	const char *p = s->records + f->pos, *e = s->records + f->end;
	struct spfterm t;
	unsigned *at, *len;
	int r;

	while ((r = spfterm_next(&p, e, &t)) == 1) {
		if (t.kind != SPFTERM_REDIRECT && t.kind != SPFTERM_EXP)
			continue;
		at = t.kind == SPFTERM_EXP ? &f->exp : &f->redirect;
		len = t.kind == SPFTERM_EXP ? &f->exp_len : &f->redirect_len;
		if (*len > 0)
			break; /* section 6: once at most */
		*at = (unsigned)(t.spec - s->records);
		*len = (unsigned)t.spec_len;
	}
	if (r == 0)
		return;
	spfwork_end(s, SPF_PERMERROR, "%s in the record of %s: %.*s",
	    r == 1 ? "a modifier twice" : "syntax error", f->domain,
	    (int)(t.raw_len > 200 ? 200 : t.raw_len), t.raw);
}

static void
take_record(struct spf *s, const struct dnsa *a, unsigned i)
{
	struct spf_frame *f = spfwork_top(s);
	size_t room = SPF_RECORDS_MAX - f->at;
	long n;

	if (room > SPF_RECORD_MAX)
		room = SPF_RECORD_MAX;
	n = dnsa_text(a, i, s->records + f->at, room + 1);
	if (n == -1 || n > (long)room) {
		spfwork_end(s, SPF_PERMERROR, "the record of %s is %s",
		    f->domain, n == -1 ? "damaged" : "too long");
		return;
	}
	s->used = f->end = f->at + (unsigned)n;
	f->pos = f->at + (unsigned)spfterm_version(s->records + f->at, n);
	check(s);
}

/* section 4.5 */
void
spfwork_on_record(struct spf *s, const struct dnsa *a)
{
	char start_of[8];
	unsigned i, n = 0, which = 0;
	long len;

	if (a->status == DNSA_FAILED) {
		spfwork_end(s, SPF_TEMPERROR,
		    "no answer for the policy of %s: %s",
		    spfwork_top(s)->domain, a->text);
		return;
	}
	for (i = 0; a->status == DNSA_OK && i < a->n; i++) {
		len = dnsa_text(a, i, start_of, sizeof start_of);
		if (len > 0 && spfterm_version(start_of, len) > 0) {
			which = i;
			n++;
		}
	}
	if (n == 0)
		no_record(s, "no SPF record");
	else if (n > 1)
		spfwork_end(s, SPF_PERMERROR, "%s has several SPF records",
		    spfwork_top(s)->domain);
	else
		take_record(s, a, which);
}

#include "base/ip.h"
#include "dns/idn.h"
#include "spf/term.h"
#include "spf/work.h"
#include <stdio.h>
#include <string.h>

const char *
spf_word(enum spf_result r)
{
	static const char *const word[] = { "none", "neutral", "pass", "fail",
		"softfail", "temperror", "permerror" };

	return word[r];
}

/* questions */

int
spfwork_ask(struct spf *s, enum spfwork_asked what, int type, const char *name)
{
	if (dnsq_name(&s->q, name, strlen(name)) == -1)
		return 0;
	s->q.type = type;
	s->asked = what;
	return 1;
}

int
spfwork_address_type(const struct spf *s)
{
	return s->ip_len == 4 ? DNSQ_A : DNSQ_AAAA;
}

int
spfwork_void(struct spf *s)
{
	if (s->phase != TERMS || ++s->voids <= SPF_VOID_MAX)
		return 1;
	spfwork_end(s, SPF_PERMERROR, "more than %d lookups found nothing (%s)",
	    SPF_VOID_MAX, s->q.name);
	return 0;
}

/* terms */

/* section 4.6.4: 0 when this is one too many */
static int
count_term(struct spf *s)
{
	if (spfwork_top(s)->counted)
		return 1;
	spfwork_top(s)->counted = 1;
	if (++s->terms <= SPF_TERMS_MAX)
		return 1;
	spfwork_end(s, SPF_PERMERROR, "more than %d terms that need lookups",
	    SPF_TERMS_MAX);
	return 0;
}

static void
include(struct spf *s, const char *domain)
{
	if (s->depth == SPF_DEPTH_MAX) {
		spfwork_end(s, SPF_PERMERROR, "includes are nested too deeply");
		return;
	}
	s->depth++;
	spfwork_top(s)->needed = 1;
	spfwork_start(s, domain);
}

/* the end of a record, section 4.7 */
static void
record_end(struct spf *s)
{
	struct spf_frame *f = spfwork_top(s);
	char name[DNSQ_NAME_MAX + 1];

	if (f->redirect_len == 0) {
		spfwork_unmatched(s);
		return;
	}
	if (!count_term(s))
		return;
	switch (spfwork_target(s, s->records + f->redirect, f->redirect_len,
	    name)) {
	case NO_TARGET:
		spfwork_end(s, SPF_PERMERROR, "%s: redirect to no domain",
		    f->domain);
		break;
	case TARGET:
		f->needed = 1;
		s->used = f->at;
		spfwork_start(s, name);
		break;
	case ASKED: break;
	}
}

/* each that fits and has not been found to be another's; section 5.5 */
static void
mech_ptr(struct spf *s, const char *domain)
{
	unsigned i;

	if (s->ptr_n == 0) {
		spfwork_ask_ptr(s, 0);
		return;
	}
	for (i = 0; i < s->ptr_n; i++) {
		if (!spfwork_belongs(s->ptr[i], domain))
			continue;
		switch (spfwork_check_name(s, i)) {
		case UNKNOWN: return;
		case VALID: spfwork_matched(s); return;
		case NOT_VALID: break;
		}
	}
	spfwork_next(s);
}

/* terms that ask: what they ask, or on to the next */
static void
lookup(struct spf *s, const struct spfterm *t)
{
	char name[DNSQ_NAME_MAX + 1];
	int asks = 1;

	if (!count_term(s))
		return;
	switch (spfwork_target(s, t->spec, t->spec_len, name)) {
	case NO_TARGET: spfwork_next(s); return;
	case ASKED: return;
	case TARGET: break;
	}
	switch (t->kind) {
	case SPFTERM_INCLUDE: include(s, name); break;
	case SPFTERM_A:
		asks = spfwork_ask(s, ADDRESS, spfwork_address_type(s), name);
		break;
	case SPFTERM_MX: asks = spfwork_ask(s, MX, DNSQ_MX, name); break;
	case SPFTERM_PTR: mech_ptr(s, name); break;
	default: asks = spfwork_ask(s, EXISTS, DNSQ_A, name); break;
	}
	if (!asks) /* no such name can be: as if it was not there */
		spfwork_next(s);
}

static void
step(struct spf *s)
{
	struct spfterm t;
	unsigned behind;
	int yes;

	if (spfwork_current(s, &t, &behind) == 0) {
		record_end(s);
		return;
	}
	switch (t.kind) {
	case SPFTERM_ALL: yes = 1; break;
	case SPFTERM_IP4:
		yes = s->ip_len == 4 && ip_same_net(t.ip, s->ip, t.bits4);
		break;
	case SPFTERM_IP6:
		yes = s->ip_len == 16 && ip_same_net(t.ip, s->ip, t.bits6);
		break;
	case SPFTERM_REDIRECT:
	case SPFTERM_EXP:
	case SPFTERM_OTHER: yes = 0; break;
	default: lookup(s, &t); return;
	}
	if (yes)
		spfwork_matched(s);
	else
		spfwork_next(s);
}

static void
run(struct spf *s)
{
	while (s->asked == NOTHING && s->phase != OVER)
		if (s->phase == TERMS)
			step(s);
		else
			spfwork_explain(s);
}

void
spf_answer(struct spf *s, const struct dnsa *a)
{
	if (s->asked == NOTHING)
		return;
	spfwork_on_answer(s, a);
	run(s);
}

int
spf_want(struct spf *s, struct dnsq *q)
{
	if (s->asked == NOTHING)
		return 0;
	*q = s->q;
	return 1;
}

/* the beginning */

static void
set_ip(struct spf *s)
{
	const struct spf_who *w = s->who;

	memcpy(s->ip, w->ip, w->ip_len);
	s->ip_len = (unsigned char)ip_unmap(s->ip, w->ip_len);
}

/* sections 2.4 and 4.3: who sends, and whose policy counts; the domain */
static const char *
set_sender(struct spf *s)
{
	const char *sender = s->who->sender, *at = strrchr(sender, '@');

	s->local = "postmaster";
	s->local_len = 10;
	if (sender[0] == '\0')
		return s->who->helo == NULL ? "" : s->who->helo;
	if (at == NULL)
		return sender;
	if (at > sender) {
		s->local = sender;
		s->local_len = at - sender;
	}
	return at + 1;
}

void
spf_init(struct spf *s, const struct spf_who *who)
{
	const char *domain;
	size_t n;

	/* not the room for records, which is large */
	memset(s, 0, offsetof(struct spf, records));
	s->who = who;
	set_ip(s);
	domain = set_sender(s);
	n = strlen(domain);
	if (n > 0 && domain[n - 1] == '.')
		n--;
	s->depth = 1;
	if (n > DNSQ_NAME_MAX || !idn_needed(domain, n) ||
	    idn_ascii(domain, n, s->domain) == -1)
		snprintf(s->domain, sizeof s->domain, "%.*s", (int)n, domain);
	if (n > DNSQ_NAME_MAX || strlen(who->sender) > SPF_SENDER_MAX)
		spfwork_end(s, SPF_NONE, "the sender's address is too long");
	else if (n == 0)
		spfwork_end(s, SPF_NONE, "there is no domain to ask");
	else
		spfwork_start(s, s->domain);
}

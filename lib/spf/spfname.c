#include "mail/address.h"
#include "spf/macro.h"
#include "spf/work.h"
#include <string.h>

/* the client's names */

/* 2: the domain itself, 1: below it, 0: neither */
int
spfwork_belongs(const char *name, const char *domain)
{
	int r =
	    address_domain_within(name, strlen(name), domain, strlen(domain));

	return r == 0 ? 0 : 3 - r;
}

int
spfwork_ask_ptr(struct spf *s, int for_macro)
{
	dnsq_reverse(&s->q, s->ip, s->ip_len);
	s->asked = PTR;
	s->for_macro = (unsigned char)for_macro;
	return 0;
}

/* is name i the client's?  UNKNOWN: it has been asked for */
enum spfwork_name
spfwork_check_name(struct spf *s, unsigned i)
{
	if (s->ptr_is[i] != UNKNOWN)
		return s->ptr_is[i];
	s->ptr_next = i;
	if (spfwork_ask(s, PTR_HOST, spfwork_address_type(s), s->ptr[i]))
		return UNKNOWN;
	return s->ptr_is[i] = NOT_VALID;
}

/* make %{p} known (section 7.3); 0: it has been asked for */
static int
know_valid(struct spf *s)
{
	unsigned i;
	int rank;

	if (s->valid_known)
		return 1;
	if (s->ptr_n == 0)
		return spfwork_ask_ptr(s, 1);
	s->valid[0] = '\0';
	for (rank = 2; rank >= 0 && s->valid[0] == '\0'; rank--)
		for (i = 0; i < s->ptr_n && s->valid[0] == '\0'; i++) {
			if (spfwork_belongs(s->ptr[i],
				spfwork_top(s)->domain) != rank)
				continue;
			switch (spfwork_check_name(s, i)) {
			case UNKNOWN: return 0;
			case VALID:
				memcpy(s->valid, s->ptr[i], sizeof s->valid);
				break;
			case NOT_VALID: break;
			}
		}
	s->valid_known = 1;
	return 1;
}

/* macros */

static void
facts(const struct spf *s, struct spfmacro *m)
{
	m->local = s->local;
	m->local_len = s->local_len;
	m->origin = s->domain;
	m->domain = s->frame[s->depth - 1].domain;
	m->helo = s->who->helo == NULL || s->who->helo[0] == '\0'
	    ? "unknown"
	    : s->who->helo;
	m->valid = s->valid_known && s->valid[0] != '\0' ? s->valid : NULL;
	m->receiver = s->who->me;
	m->ip = s->ip;
	m->ip_len = s->ip_len;
	m->now = s->who->now;
}

int
spfwork_ascii(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] >= 0x80)
			return 0;
	return 1;
}

/* the domain that a term names; without domain-spec the frame's own */
enum spfwork_target
spfwork_target(struct spf *s, const char *spec, size_t n,
    char name[DNSQ_NAME_MAX + 1])
{
	struct spfmacro m;

	if (n == 0) {
		memcpy(name, spfwork_top(s)->domain,
		    sizeof spfwork_top(s)->domain);
		return TARGET;
	}
	/* RFC 8616 section 4 */
	if (!spfwork_ascii(s->local, s->local_len) &&
	    spfmacro_has(spec, n, "sl"))
		return NO_TARGET;
	if (spfmacro_has(spec, n, "p") && !know_valid(s))
		return ASKED;
	facts(s, &m);
	spfmacro_name(&m, spec, n, name);
	return TARGET;
}

/* explanations */

void
spfwork_by_default(struct spf *s)
{
	struct spfmacro m;
	char c[64];

	facts(s, &m);
	spfmacro_text(&m, "%{c}", 4, c, sizeof c - 1);
	spfwork_end(s, SPF_FAIL, "%s is not allowed to send mail for %s", c,
	    s->domain);
}

static void
explain_name(struct spf *s)
{
	struct spf_frame *f = spfwork_top(s);
	char name[DNSQ_NAME_MAX + 1];

	switch (spfwork_target(s, s->records + f->exp, f->exp_len, name)) {
	case TARGET:
		if (!spfwork_ask(s, EXP, DNSQ_TXT, name))
			spfwork_by_default(s);
		break;
	case NO_TARGET: spfwork_by_default(s); break;
	case ASKED: break;
	}
}

/* section 6.2: whatever is wrong with it, there is none */
void
spfwork_on_exp(struct spf *s, const struct dnsa *a)
{
	struct spf_frame *f = spfwork_top(s);
	long n;

	if (a->status != DNSA_OK || a->n != 1) {
		spfwork_by_default(s);
		return;
	}
	n = dnsa_text(a, 0, s->records, SPF_RECORD_MAX + 1);
	if (n <= 0 || n > SPF_RECORD_MAX ||
	    !spfmacro_good(s->records, n, SPFMACRO_EXP)) {
		spfwork_by_default(s);
		return;
	}
	f->exp_len = (unsigned)n;
	s->phase = EXP_TEXT;
}

static void
explain_text(struct spf *s)
{
	struct spf_frame *f = spfwork_top(s);
	struct spfmacro m;

	if (spfmacro_has(s->records, f->exp_len, "p") && !know_valid(s))
		return;
	facts(s, &m);
	spfmacro_text(&m, s->records, f->exp_len, s->text, SPF_TEXT_MAX);
	if (s->text[0] == '\0') {
		spfwork_by_default(s);
		return;
	}
	s->explained = 1;
	s->result = SPF_FAIL;
	s->phase = OVER;
}

void
spfwork_explain(struct spf *s)
{
	if (s->phase == EXP_NAME)
		explain_name(s);
	else
		explain_text(s);
}

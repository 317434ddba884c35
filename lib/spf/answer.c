#include "base/ip.h"
#include "spf/term.h"
#include "spf/work.h"
#include <string.h>

/* what an address lookup must have brought: 1, or 0 and it is all over */
static int
answered(struct spf *s, const struct dnsa *a)
{
	if (a->status == DNSA_FAILED) {
		spfwork_end(s, SPF_TEMPERROR, "no answer for %s: %s", s->q.name,
		    a->text);
		return 0;
	}
	return a->status == DNSA_OK || spfwork_void(s);
}

/* is the client's among the addresses? */
static int
has_address(const struct spf *s, const struct dnsa *a, unsigned bits)
{
	unsigned i;

	if (a->status == DNSA_OK)
		for (i = 0; i < a->n; i++)
			if (a->len[i] == s->ip_len &&
			    ip_same_net(a->data[i], s->ip, bits))
				return 1;
	return 0;
}

/* the same for as many bits as the mechanism has */
static int
has_net(struct spf *s, const struct dnsa *a)
{
	struct spfterm t;
	unsigned behind;

	spfwork_current(s, &t, &behind);
	return has_address(s, a, s->ip_len == 4 ? t.bits4 : t.bits6);
}

static void
on_address(struct spf *s, const struct dnsa *a)
{
	if (!answered(s, a))
		return;
	if (has_net(s, a))
		spfwork_matched(s);
	else
		spfwork_next(s);
}

static void
on_exists(struct spf *s, const struct dnsa *a)
{
	if (!answered(s, a))
		return;
	if (a->status == DNSA_OK)
		spfwork_matched(s);
	else
		spfwork_next(s);
}

/* the next name of an MX */
static void
next_mx_host(struct spf *s)
{
	while (s->mx_next < s->mx_n)
		if (spfwork_ask(s, MX_HOST, spfwork_address_type(s),
			s->mx[s->mx_next++]))
			return;
	spfwork_next(s);
}

static void
on_mx(struct spf *s, const struct dnsa *a)
{
	unsigned i;

	if (!answered(s, a))
		return;
	s->mx_n = s->mx_next = 0;
	if (a->status == DNSA_OK && a->n > SPF_MX_MAX) {
		spfwork_end(s, SPF_PERMERROR, "%s has more than %d MX records",
		    s->q.name, SPF_MX_MAX);
		return;
	}
	for (i = 0; a->status == DNSA_OK && i < a->n; i++)
		if (dnsa_host(a, i, DNSQ_MX, s->mx[s->mx_n]) > 0)
			s->mx_n++;
	next_mx_host(s);
}

static void
on_mx_host(struct spf *s, const struct dnsa *a)
{
	if (!answered(s, a))
		return;
	if (has_net(s, a))
		spfwork_matched(s);
	else
		next_mx_host(s);
}

/* section 5.5: an error is as good as no name */
static void
on_ptr(struct spf *s, const struct dnsa *a)
{
	unsigned i;

	if (a->status == DNSA_OK)
		for (i = 0; i < a->n && i < SPF_PTR_MAX; i++)
			if (dnsa_host(a, i, DNSQ_PTR, s->ptr[s->ptr_n]) > 0)
				s->ptr_is[s->ptr_n++] = UNKNOWN;
	if (s->ptr_n > 0)
		return;
	if ((a->status == DNSA_NONE || a->status == DNSA_NXDOMAIN) &&
	    !spfwork_void(s))
		return;
	if (s->for_macro) {
		s->valid[0] = '\0';
		s->valid_known = 1;
	} else {
		spfwork_next(s);
	}
}

/* whose names these are the client says: they do not count as void;
 * VIOLATIONS.md: SPF-VOID-PTR */
static void
on_ptr_host(struct spf *s, const struct dnsa *a)
{
	s->ptr_is[s->ptr_next] =
	    has_address(s, a, 8u * s->ip_len) ? VALID : NOT_VALID;
}

void
spfwork_on_answer(struct spf *s, const struct dnsa *a)
{
	static void (*const on[])(struct spf *, const struct dnsa *) = {
		[RECORD] = spfwork_on_record,
		[ADDRESS] = on_address,
		[EXISTS] = on_exists,
		[MX] = on_mx,
		[MX_HOST] = on_mx_host,
		[PTR] = on_ptr,
		[PTR_HOST] = on_ptr_host,
		[EXP] = spfwork_on_exp,
	};
	unsigned what = s->asked;

	s->asked = NOTHING;
	on[what](s, a);
}

#include "auth/authresult.h"
#include "base/die.h"
#include "chain/event.h"
#include "format/parcel.h"
#include "mail/authres.h"
#include <stdio.h>
#include <string.h>

enum {
	REASON_MAX = 120,    /* bytes of a reason in the field */
	B_LEN = 8,           /* RFC 6008 section 3 */
	DKIM_TEXT_MAX = 1000 /* of all signatures in an event */
};

/* the field */

static void
reason(struct authres *a, const char *text)
{
	char t[REASON_MAX + 1];

	snprintf(t, sizeof t, "%.*s", REASON_MAX, text);
	authres_reason(a, t);
}

static void
property(struct authres *a, const char *name, const char *value)
{
	authres_property(a, name, value, strlen(value));
}

static void
field_spf(struct authres *a, const struct judge *j, const struct judge_who *who)
{
	authres_method(a, "spf", spf_word(j->spf.result));
	if (j->spf.result != SPF_PASS)
		reason(a, j->spf.text);
	if (!j->by_helo)
		property(a, "smtp.mailfrom", who->sender);
	else
		property(a, "smtp.helo", who->helo == NULL ? "" : who->helo);
}

static void
field_iprev(struct authres *a, const struct judge *j,
    const struct judge_who *who)
{
	authres_method(a, "iprev", iprev_word(j->iprev.result));
	if (j->iprev.result == IPREV_PASS)
		authres_comment(a, j->iprev.name);
	property(a, "policy.iprev", who->ip);
}

/* the first bytes of the signature, whatever folding is in it */
static void
put_b(struct authres *a, const struct dkim_signature *s)
{
	char b[B_LEN];
	size_t i, n = 0;

	for (i = 0; i < s->b_len && n < B_LEN; i++)
		if (s->b[i] > ' ')
			b[n++] = s->b[i];
	if (n > 0)
		authres_property(a, "header.b", b, n);
}

static void
field_signature(struct authres *a, const struct dkim_signature *s)
{
	const struct {
		const char *name, *value;
		size_t n;
	} p[] = {
		{ "header.d", s->domain, s->domain_len },
		{ "header.i", s->identity, s->identity_len },
		{ "header.s", s->selector, s->selector_len },
		{ "header.a", s->algorithm, s->algorithm_len },
	};
	char t[100], bits[32] = "";
	unsigned i;

	authres_method(a, "dkim", dkim_word(s->result));
	if (s->key_bits > 0)
		snprintf(bits, sizeof bits, ", %u-bit key", s->key_bits);
	snprintf(t, sizeof t, "%s%s%s", bits,
	    s->partial ? ", body partly signed" : "",
	    s->testing ? ", testing" : "");
	if (*t != '\0')
		authres_comment(a, t + 2);
	reason(a, s->reason);
	for (i = 0; i < sizeof p / sizeof p[0]; i++)
		if (p[i].n > 0)
			authres_property(a, p[i].name, p[i].value, p[i].n);
	put_b(a, s);
}

static void
field_dkim(struct authres *a, const struct judge *j)
{
	char t[64];
	unsigned i;

	if (j->dkim.n == 0)
		authres_method(a, "dkim", "none");
	for (i = 0; i < j->dkim.n; i++)
		field_signature(a, &j->dkim.signature[i]);
	if (j->dkim.skipped > 0) {
		snprintf(t, sizeof t, "%u more signatures", j->dkim.skipped);
		authres_method(a, "dkim", "policy");
		authres_reason(a, t);
	}
}

static void
field_arc(struct authres *a, const struct judge *j, const struct judge_who *who)
{
	const struct dkim_arc *c = &j->dkim.arc;
	char t[DNSQ_NAME_MAX + 32];

	authres_method(a, "arc", dkim_word(judge_arc(j)));
	if (c->result == DKIM_PASS) {
		snprintf(t, sizeof t, "i=%u, sealed by %.*s", c->instances,
		    (int)(c->domain_len > DNSQ_NAME_MAX ? DNSQ_NAME_MAX
							: c->domain_len),
		    c->domain);
		authres_comment(a, t);
	}
	reason(a, c->reason);
	if (j->has_client)
		property(a, "smtp.remote-ip", who->ip);
}

static void
field_dmarc(struct authres *a, const struct judge *j,
    const struct authresult_end *end)
{
	const struct dmarc_found *f = &j->dmarc.found;
	enum dmarc_result r = judge_dmarc(j);
	char t[100];

	authres_method(a, "dmarc", dmarc_word(r));
	if (j->author.how != AUTHOR_FOUND) {
		if (strcmp(end->disposition, "none") != 0) {
			snprintf(t, sizeof t, "p=%s dis=%s",
			    dmarc_policy_word(end->policy), end->disposition);
			authres_comment(a, t);
		}
		authres_reason(a, author_text(j->author.how));
		return;
	}
	if (f->has_policy) {
		snprintf(t, sizeof t, "p=%s%s dis=%s",
		    dmarc_policy_word(f->policy), f->testing ? " t=y" : "",
		    end->disposition);
		authres_comment(a, t);
	}
	if (r != f->result)
		authres_reason(a, "SPF or DKIM of the domain is unknown");
	else if (r != DMARC_PASS)
		reason(a, f->text);
	property(a, "header.from", j->author.domain);
	/* RFC 9989 section 9.1 */
	if (f->has_policy) {
		property(a, "polrec.p", dmarc_policy_word(f->p));
		if (strcmp(f->domain, j->author.domain) != 0)
			property(a, "polrec.domain", f->domain);
	}
}

int
authresult_field(struct buf *out, const char *id, const struct judge *j,
    const struct judge_who *who, const struct authresult_end *end)
{
	struct authres a;

	authres_open(&a, out, id);
	if (j->has_client)
		field_spf(&a, j, who);
	field_dkim(&a, j);
	field_dmarc(&a, j, end);
	field_arc(&a, j, who);
	if (j->has_client)
		field_iprev(&a, j, who);
	return authres_close(&a);
}

/* envelope lines */

static const char *const keys[] = { "spf", "dkim", "dmarc", "arc", "iprev" };
enum { KEYS = sizeof keys / sizeof keys[0] };

/* take out lines of these keys, whoever put them there */
static void
remove_lines(struct buf *env)
{
	char *to = buf_data(env);
	const char *p = to, *end, *before;
	struct parcel_line l;
	int i;

	if (p == NULL)
		return;
	end = p + buf_len(env);
	for (;;) {
		before = p;
		if (p == end || parcel_next(&p, end, &l) != 1)
			break;
		for (i = 0; i < KEYS && !parcel_is(&l, keys[i]); i++)
			;
		if (i < KEYS)
			continue;
		if (to != before)
			memmove(to, before, p - before);
		to += p - before;
	}
	env->end -= end - to;
}

void
authresult_lines(struct buf *env, const struct judge *j)
{
	const char *const words[KEYS] = {
		j->has_client ? spf_word(j->spf.result) : NULL,
		dkim_word(judge_dkim(j)),
		dmarc_word(judge_dmarc(j)),
		dkim_word(judge_arc(j)),
		j->has_client ? iprev_word(j->iprev.result) : NULL,
	};
	int i;

	remove_lines(env);
	for (i = 0; i < KEYS; i++)
		if (words[i] != NULL)
			needs(parcel_puts(env, keys[i], words[i]));
}

/* the event */

/* a note is labels and values, a NUL behind each */
static void
note(struct buf *b, const char *label, const char *value)
{
	needs(buf_put(b, label, strlen(label) + 1));
	needs(buf_put(b, value, strlen(value) + 1));
}

/* the domain of an address, "" for none */
static const char *
domain_of(const char *address)
{
	const char *at = address == NULL ? NULL : strrchr(address, '@');

	return at == NULL ? "" : at + 1;
}

static void
note_dkim(struct buf *b, const struct judge *j)
{
	char t[DKIM_TEXT_MAX + 1];
	const struct dkim_signature *s;
	size_t len = 0;
	unsigned i;
	int n;

	for (i = 0; i < j->dkim.n; i++) {
		s = &j->dkim.signature[i];
		n = snprintf(t + len, sizeof t - len, "%s%s:%.*s:%.*s",
		    i > 0 ? "," : "", dkim_word(s->result), (int)s->domain_len,
		    s->domain, (int)s->selector_len, s->selector);
		/* whole ones only */
		if ((size_t)n >= sizeof t - len)
			break;
		len += n;
	}
	t[len] = '\0';
	note(b, "dkim", len == 0 ? "none" : t);
}

static void
note_policy(struct buf *b, const struct dmarc_found *f)
{
	note(b, "policy", dmarc_policy_word(f->policy));
	note(b, "dmarc-domain", f->domain);
	note(b, "p", dmarc_policy_word(f->p));
	note(b, "sp", dmarc_policy_word(f->sp));
	note(b, "np", dmarc_policy_word(f->np));
	note(b, "adkim", f->strict_dkim ? "s" : "r");
	note(b, "aspf", f->strict_spf ? "s" : "r");
	note(b, "testing", f->testing ? "y" : "n");
	note(b, "rua", f->rua);
	note(b, "dkim-aligned", f->dkim_aligned ? "pass" : "fail");
	note(b, "spf-aligned", f->spf_aligned ? "pass" : "fail");
}

/* From is none that DMARC could be asked about; who may be meant, and whose
 * policy it was */
static void
note_mentioned(struct buf *b, const struct judge *j,
    const struct authresult_end *end)
{
	const struct mention *m = &j->author.mention;
	char t[MENTION_DOMAINS_MAX * (DNSQ_NAME_MAX + 1) + 1];
	size_t len = 0;
	unsigned i;

	for (i = 0; i < m->n; i++)
		len += snprintf(t + len, sizeof t - len, "%s%s",
		    i > 0 ? "," : "", m->domain[i]);
	t[len] = '\0';
	note(b, "reason", author_text(j->author.how));
	note(b, "mentioned", t);
	note(b, "policy", dmarc_policy_word(end->policy));
	note(b, "dmarc-domain", end->domain);
}

void
authresult_note(struct buf *b, const struct judge *j,
    const struct judge_who *who, const char *to,
    const struct authresult_end *end)
{
	if (who->ip != NULL)
		note(b, "client", who->ip);
	note(b, "from", who->sender == NULL ? "" : who->sender);
	if (who->helo != NULL)
		note(b, "helo", who->helo);
	note(b, "to-domain", domain_of(to));
	note(b, "header-from", j->author.domain);
	if (j->has_client) {
		note(b, "spf", spf_word(j->spf.result));
		note(b, "spf-domain", j->spf.domain);
		note(b, "spf-scope", j->by_helo ? "helo" : "mfrom");
		note(b, "iprev", iprev_word(j->iprev.result));
	}
	note_dkim(b, j);
	note(b, "arc", dkim_word(judge_arc(j)));
	note(b, "dmarc", dmarc_word(judge_dmarc(j)));
	if (j->author.how != AUTHOR_FOUND)
		note_mentioned(b, j, end);
	else if (j->dmarc.found.has_policy)
		note_policy(b, &j->dmarc.found);
	else
		return;
	note(b, "disposition", end->disposition);
	if (*end->override != '\0')
		note(b, "override", end->override);
	if (j->conf->suffix_list)
		note(b, "method", "psl");
}

void
authresult_log(const struct buf *b, const char *id, size_t n)
{
	const char *p = buf_data(b), *end = p + buf_len(b), *label;

	event_begin("verdict");
	if (id != NULL)
		event_put("id", id, n);
	while (p < end) {
		label = p;
		p += strlen(p) + 1;
		event_puts(label, p);
		p += strlen(p) + 1;
	}
	event_end();
}

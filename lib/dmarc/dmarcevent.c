#include "dmarc/dmarcevent.h"
#include "base/ascii.h"
#include "base/day.h"
#include "base/num.h"
#include "conf/word.h"
#include "format/ltsv.h"
#include "mail/address.h"
#include "queue/logline.h"
#include <string.h>
#include <strings.h>

/* the value of a label, or "" */
static const char *
get(const struct ltsv *l, const char *label, char *out, size_t cap)
{
	if (ltsv_get(l, label, out, cap) == -1)
		out[0] = '\0';
	return out;
}

/* a word out of a list that ends in NULL; NULL when it is none of them */
static const char *
one_of(const char *word, size_t n, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == n && strncmp(*words, word, n) == 0)
			return *words;
	return NULL;
}

static const char *
get_word(const struct ltsv *l, const char *label, const char *const *words)
{
	const struct ltsv_field *f = ltsv_find(l, label);

	return f == NULL ? NULL : one_of(f->value, f->value_len, words);
}

/* a name in lower case; 0, or -1 when it is none */
static int
get_domain(const struct ltsv *l, const char *label, char *out)
{
	size_t n = strlen(get(l, label, out, DNSQ_NAME_MAX + 1));

	ascii_lower_copy(out, out, n);
	if (address_domain(out, n))
		return 0;
	out[0] = '\0';
	return -1;
}

/* RFC 9990 section 3.1.3: which signatures come first */
static int
rank(const struct dmarcevent *e, const struct dmarcevent_dkim *s)
{
	if (strcmp(s->result, "pass") != 0)
		return 3;
	if (strcasecmp(s->domain, e->header_from) == 0)
		return 0;
	return address_domain_within(s->domain, strlen(s->domain), e->domain,
		   strlen(e->domain))
	    ? 1
	    : 2;
}

/* sorted in; of those with the same rank the first stays the first */
static void
add_dkim(struct dmarcevent *e, struct dmarcevent_dkim s)
{
	unsigned i;

	s.rank = rank(e, &s);
	if (e->n_dkim == DMARCEVENT_DKIM_MAX) {
		if (e->dkim[e->n_dkim - 1].rank <= s.rank)
			return;
		e->n_dkim--;
	}
	for (i = e->n_dkim++; i > 0 && e->dkim[i - 1].rank > s.rank; i--)
		e->dkim[i] = e->dkim[i - 1];
	e->dkim[i] = s;
}

/* RESULT:DOMAIN:SELECTOR with commas between; what is cut off is none */
static void
read_dkim(struct dmarcevent *e, char *text)
{
	static const char *const results[] = { "none", "pass", "fail", "policy",
		"neutral", "temperror", "permerror", NULL };
	struct dmarcevent_dkim s;
	char *next, *domain, *selector;

	for (; text != NULL; text = next) {
		next = strchr(text, ',');
		if (next != NULL)
			*next++ = '\0';
		domain = strchr(text, ':');
		selector = domain == NULL ? NULL : strchr(domain + 1, ':');
		if (selector == NULL)
			continue;
		*domain++ = *selector++ = '\0';
		s.result = one_of(text, strlen(text), results);
		s.domain = domain;
		s.selector = selector;
		if (s.result != NULL && *domain != '\0' && *selector != '\0')
			add_dkim(e, s);
	}
}

/* RFC 9990: only the MAIL FROM identity counts; that is HELO's name when
 * there is no sender (RFC 7208 section 2.4) */
static void
read_spf(struct dmarcevent *e, const struct ltsv *l)
{
	static const char *const results[] = { "none", "pass", "fail",
		"softfail", "policy", "neutral", "temperror", "permerror",
		NULL };
	const struct ltsv_field *scope = ltsv_find(l, "spf-scope");

	if (scope != NULL && ltsv_is(scope, "helo") &&
	    e->envelope_from[0] != '\0')
		return;
	if (get_domain(l, "spf-domain", e->spf_domain) == 0)
		e->spf = get_word(l, "spf", results);
}

static enum dmarc_policy
get_policy(const struct ltsv *l, const char *label, int *there)
{
	static const char *const words[] = { "none", "quarantine", "reject",
		NULL };
	const char *w = get_word(l, label, words);

	*there = w != NULL;
	return w == NULL || *w == 'n' ? DMARC_P_NONE
	    : *w == 'q'               ? DMARC_P_QUARANTINE
				      : DMARC_P_REJECT;
}

static int
flag(const struct ltsv *l, const char *label, const char *word)
{
	const struct ltsv_field *f = ltsv_find(l, label);

	return f != NULL && ltsv_is(f, word);
}

/* what was published; -1: no p */
static int
read_policy(struct dmarcevent *e, const struct ltsv *l)
{
	int there;

	e->sp = get_policy(l, "sp", &there);
	e->has_sp = there;
	e->np = get_policy(l, "np", &there);
	e->has_np = there;
	e->strict_dkim = flag(l, "adkim", "s");
	e->strict_spf = flag(l, "aspf", "s");
	e->testing = flag(l, "testing", "y");
	e->psl = flag(l, "method", "psl");
	get(l, "rua", e->rua, sizeof e->rua);
	e->p = get_policy(l, "p", &there);
	return there ? 0 : -1;
}

/*
 * What was done, and why it was not what the policy says.  A report must
 * have a reason for that (RFC 9990, policy_evaluated): where the event has
 * none it was the test mode, or we ourselves.
 */
static int
read_disposition(struct dmarcevent *e, const struct ltsv *l, int pass)
{
	static const char *const words[] = { "none", "quarantine", "reject",
		NULL };
	static const char *const reasons[] = { "local_policy", "mailing_list",
		"other", "policy_test_mode", "trusted_forwarder", NULL };
	const char *policy = get_word(l, "policy", words);
	char *text = e->texts[1], *colon;

	e->disposition = get_word(l, "disposition", words);
	if (policy == NULL || e->disposition == NULL)
		return -1;
	get(l, "override", text, sizeof e->texts[1]);
	e->comment = "";
	if (text[0] != '\0') {
		e->comment = text;
		colon = strchr(text, ':');
		e->reason = one_of(text, strcspn(text, ":"), reasons);
		if (e->reason == NULL)
			e->reason = "other";
		else
			e->comment = colon == NULL ? "" : colon + 1;
	} else if (!pass && strcmp(policy, e->disposition) != 0) {
		e->reason = e->testing ? "policy_test_mode" : "local_policy";
	}
	if (pass && *policy != 'n' && *e->disposition == 'n')
		e->disposition = "pass";
	return 0;
}

/* one, where it does not stand there */
static int
read_count(struct dmarcevent *e, const struct ltsv *l)
{
	char text[DMARCEVENT_IP_MAX];

	e->count = 1;
	if (ltsv_find(l, "count") == NULL)
		return 0;
	get(l, "count", text, sizeof text);
	return num_scans(text, 1, DMARCEVENT_COUNT_MAX, &e->count);
}

static void
read_sender(struct dmarcevent *e, const struct ltsv *l)
{
	char path[DMARCEVENT_VALUE_MAX + 1];
	const char *at;
	size_t n;

	e->has_from = ltsv_find(l, "from") != NULL;
	at = strrchr(get(l, "from", path, sizeof path), '@');
	n = at == NULL ? 0 : strlen(++at);
	if (n == 0 || n > DNSQ_NAME_MAX || !address_domain(at, n))
		return;
	ascii_lower_copy(e->envelope_from, at, n + 1);
}

int
dmarcevent_read(struct dmarcevent *e, const char *line, size_t n)
{
	struct ltsv l;
	const struct ltsv_field *ts;
	size_t skip;
	int pass;

	/* most lines of a log are others */
	if (memmem(line, n, "ev:verdict", 10) == NULL)
		return 0;
	logline_time(line, n, &skip);
	if (ltsv_parse(line + skip, n - skip, &l) == -1 ||
	    !flag(&l, "ev", "verdict"))
		return 0;
	pass = flag(&l, "dmarc", "pass");
	if (!pass && !flag(&l, "dmarc", "fail"))
		return 0;
	memset(e, 0, sizeof *e);
	get(&l, "client", e->client, sizeof e->client);
	ts = ltsv_find(&l, "ts");
	if (ts == NULL || day_scan(ts->value, ts->value_len, &e->time) == -1 ||
	    !word_ip(e->client, strlen(e->client)) ||
	    get_domain(&l, "dmarc-domain", e->domain) == -1 ||
	    get_domain(&l, "header-from", e->header_from) == -1 ||
	    read_policy(e, &l) == -1 || read_count(e, &l) == -1)
		return -1;
	read_sender(e, &l);
	get_domain(&l, "to-domain", e->envelope_to);
	read_spf(e, &l);
	get(&l, "dkim", e->texts[0], sizeof e->texts[0]);
	read_dkim(e, e->texts[0]);
	e->dkim_aligned = flag(&l, "dkim-aligned", "pass");
	e->spf_aligned = flag(&l, "spf-aligned", "pass");
	return read_disposition(e, &l, pass) == -1 ? -1 : 1;
}

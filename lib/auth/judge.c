#include "auth/judge.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/ip.h"
#include "conf/word.h"
#include "dns/idn.h"
#include "dns/suffix.h"
#include "mail/address.h"
#include <stdio.h>
#include <string.h>

enum { SPF, IPREV, DKIM, DMARC, MACHINES };

/* the machines, as dnsrun_start() wants them */

DNSRUN_MACHINE(machine_spf, spf);
DNSRUN_MACHINE(machine_iprev, iprev);
DNSRUN_MACHINE(machine_dkim, dkimverify);
DNSRUN_MACHINE(machine_dmarc, dmarc);

static const struct dnsrun_machine *const machines[MACHINES] = {
	[SPF] = &machine_spf,
	[IPREV] = &machine_iprev,
	[DKIM] = &machine_dkim,
	[DMARC] = &machine_dmarc,
};

static void go_on(struct judge *);
static void begin_dmarc(struct judge *);
static int undecided(const struct judge *);

static void
over(struct judge *j, unsigned which)
{
	j->running &= ~(1u << which);
	go_on(j);
}

static void
spf_over(void *arg)
{
	over(arg, SPF);
}

static void
iprev_over(void *arg)
{
	over(arg, IPREV);
}

static void
dkim_over(void *arg)
{
	over(arg, DKIM);
}

static void
dmarc_over(void *arg)
{
	struct judge *j = arg;

	j->running &= ~(1u << DMARC);
	if (j->author.how != AUTHOR_FOUND) {
		if (j->dmarc.found.result == DMARC_FAIL && !undecided(j))
			j->mentioned[j->next] = dmarc_policy(&j->dmarc.found);
		j->next++;
	}
	if (j->author.how == AUTHOR_FOUND || j->next == j->author.mention.n)
		j->done(j->arg);
	else
		begin_dmarc(j);
}

static void
start(struct judge *j, unsigned which, void *machine, void (*done)(void *))
{
	int64_t left = j->end_ms - clock_mono_ms();

	j->running |= 1u << which;
	dnsrun_start(&j->run[which], j->conf->dns, machines[which], machine,
	    left > 1 ? left : 1, done, j);
}

/* SPF and the client's name */

/* [local@]domain, the domain as the DNS has it; too long: nothing */
static void
copy_address(char *out, const char *s)
{
	char ascii[WORD_DOMAIN_MAX + 1];
	const char *at, *domain;

	*out = '\0';
	if (s == NULL || strlen(s) > JUDGE_ADDRESS_MAX)
		return;
	at = strrchr(s, '@');
	domain = at == NULL ? s : at + 1;
	if (idn_needed(domain, strlen(domain)) &&
	    idn_ascii(domain, strlen(domain), ascii) == 0) {
		if (domain - s + strlen(ascii) > JUDGE_ADDRESS_MAX)
			return;
		snprintf(out, JUDGE_ADDRESS_MAX + 1, "%.*s%s",
		    (int)(domain - s), s, ascii);
	} else {
		snprintf(out, JUDGE_ADDRESS_MAX + 1, "%s", s);
	}
}

static void
begin_client(struct judge *j, const struct judge_who *who, int64_t now)
{
	copy_address(j->sender, who->sender);
	copy_address(j->helo, who->helo);
	j->by_helo = *j->sender == '\0';
	j->spf_who.sender = j->sender;
	j->spf_who.helo = j->helo;
	j->spf_who.me = j->conf->me;
	j->spf_who.now = now;
	spf_init(&j->spf, &j->spf_who);
	iprev_init(&j->iprev, j->spf_who.ip, j->spf_who.ip_len);
	start(j, SPF, &j->spf, spf_over);
	start(j, IPREV, &j->iprev, iprev_over);
}

void
judge_begin(struct judge *j, const struct judge_conf *conf,
    const struct judge_who *who, const char *header, size_t n)
{
	int64_t now = conf->now < 0 ? clock_wall_s() : conf->now;

	j->conf = conf;
	j->end_ms = clock_mono_ms() + conf->deadline_ms;
	j->running = 0;
	j->whole = 0;
	j->by_helo = 0;
	needs(author_read(&j->author, header, n));
	memset(j->mentioned, 0, sizeof j->mentioned);
	j->next = 0;
	dkimverify_init(&j->dkim, now, 0);
	needs(dkimverify_header(&j->dkim, header, n));
	j->spf_who.ip_len = (unsigned char)ip_scans(who->ip, j->spf_who.ip);
	j->has_client = j->spf_who.ip_len > 0;
	if (j->has_client)
		begin_client(j, who, now);
}

/* DKIM and ARC */

int
judge_needs_body(const struct judge *j)
{
	return dkimverify_needs_body(&j->dkim);
}

void
judge_body(struct judge *j, const char *p, size_t n)
{
	dkimverify_body(&j->dkim, p, n);
}

void
judge_whole(struct judge *j, void (*done)(void *), void *arg)
{
	j->done = done;
	j->arg = arg;
	dkimverify_end(&j->dkim);
	j->whole = 1;
	start(j, DKIM, &j->dkim, dkim_over);
}

/* DMARC */

static void
add_domain(struct judge *j, const struct dkim_signature *s)
{
	struct dmarc_who *w = &j->dmarc_who;
	char *name = j->domain[w->n_dkim];

	if (s->result != DKIM_PASS || w->n_dkim == DMARC_DOMAINS_MAX ||
	    s->domain_len > DNSQ_NAME_MAX)
		return;
	memcpy(name, s->domain, s->domain_len);
	name[s->domain_len] = '\0';
	w->dkim[w->n_dkim++] = name;
}

/* the others have said what they know.  Who is only mentioned in From is
 * asked as if he were the author, one after the other: the strictest policy
 * of those that fail counts (RFC 7489 section 6.6.1) */
static void
begin_dmarc(struct judge *j)
{
	unsigned i;

	memset(&j->dmarc_who, 0, sizeof j->dmarc_who);
	j->dmarc_who.from = j->author.how == AUTHOR_FOUND
	    ? j->author.domain
	    : j->author.mention.domain[j->next];
	for (i = 0; i < j->dkim.n; i++)
		add_domain(j, &j->dkim.signature[i]);
	if (j->has_client && j->spf.result == SPF_PASS)
		j->dmarc_who.spf = j->spf.domain;
	if (j->conf->suffix_list)
		j->dmarc_who.organization = suffix_dmarc;
	dmarc_init(&j->dmarc, &j->dmarc_who);
	start(j, DMARC, &j->dmarc, dmarc_over);
}

static void
go_on(struct judge *j)
{
	if (!j->whole || j->running != 0)
		return;
	if (j->author.how == AUTHOR_FOUND || j->author.mention.n > 0)
		begin_dmarc(j);
	else
		j->done(j->arg);
}

void
judge_cancel(struct judge *j)
{
	unsigned i;

	for (i = 0; i < MACHINES; i++)
		if (j->running & 1u << i)
			dnsrun_cancel(&j->run[i]);
	j->running = 0;
}

/* results */

enum dkim_result
judge_dkim(const struct judge *j)
{
	static const enum dkim_result order[] = { DKIM_PASS, DKIM_TEMPERROR,
		DKIM_FAIL, DKIM_POLICY, DKIM_PERMERROR, DKIM_NEUTRAL };
	unsigned i, k;

	for (i = 0; i < sizeof order / sizeof order[0]; i++)
		for (k = 0; k < j->dkim.n; k++)
			if (j->dkim.signature[k].result == order[i])
				return order[i];
	return DKIM_NONE;
}

enum dkim_result
judge_arc(const struct judge *j)
{
	const struct dkim_arc *a = &j->dkim.arc;

	return a->result == DKIM_FAIL && a->temperror ? DKIM_TEMPERROR
						      : a->result;
}

/* might this name be aligned with that in From?  Whether it is depends on
 * what the DNS did not say */
static int
related(const struct judge *j, const char *name, size_t n)
{
	const char *from = j->dmarc_who.from,
		   *org = j->dmarc.found.organization;

	return n > 0 &&
	    (address_domain_within(name, n, from, strlen(from)) ||
		address_domain_within(from, strlen(from), name, n) ||
		address_domain_within(name, n, org, strlen(org)));
}

/* somebody who might have vouched could not be asked; a domain of anybody's
 * does not do, or a dead one would save forged mail from its verdict */
static int
undecided(const struct judge *j)
{
	const struct dkim_signature *s = j->dkim.signature;
	unsigned i;

	if (j->has_client && j->spf.result == SPF_TEMPERROR &&
	    related(j, j->spf.domain, strlen(j->spf.domain)))
		return 1;
	for (i = 0; i < j->dkim.n; i++)
		if (s[i].result == DKIM_TEMPERROR &&
		    related(j, s[i].domain, s[i].domain_len))
			return 1;
	return 0;
}

enum dmarc_result
judge_dmarc(const struct judge *j)
{
	enum dmarc_result r = j->dmarc.found.result;

	if (j->author.how != AUTHOR_FOUND)
		return DMARC_PERMERROR;
	return r == DMARC_FAIL && undecided(j) ? DMARC_TEMPERROR : r;
}

/* dmarc-check - what DMARC says of a domain and of who vouches for it */
#include "base/buf.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/out.h"
#include "conf/word.h"
#include "dmarc/dmarc.h"
#include "dns/dnsopt.h"
#include "dns/dnsrun.h"
#include "dns/idn.h"
#include "dns/suffix.h"
#include "mail/address.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "dmarc-check [-pv] [-d domain] [-f from] "
    "[-o domain] [-r addr@port] [-s domain] [-t unixtime] [-w seconds]";

static struct buf out;
static struct resolve dns = { .deadline_ms = DNSRUN_QUESTION_MS };
static int64_t wait_ms = DNSRUN_DEADLINE_MS;
static int more;

/* as DNS has it; what cannot be a domain stays as it is, and is none */
static const char *
domain(const char *name)
{
	char *plain;

	if (!idn_needed(name, strlen(name)))
		return name;
	plain = need(malloc(WORD_DOMAIN_MAX + 1));
	return idn_ascii(name, strlen(name), plain) == 0 ? plain : "";
}

DNSRUN_MACHINE(ops, dmarc);

static void
put(const char *label, const char *value)
{
	needs(buf_printf(&out, "%s\t%s\n", label, value));
}

static void
print_more(const struct dmarc_found *f)
{
	put("domain", f->domain);
	put("organization", f->organization);
	put("p", dmarc_policy_word(f->p));
	put("sp", dmarc_policy_word(f->sp));
	put("np", dmarc_policy_word(f->np));
	put("testing", f->testing ? "y" : "n");
	put("adkim", f->strict_dkim ? "s" : "r");
	put("aspf", f->strict_spf ? "s" : "r");
	put("dkim-aligned", f->dkim_aligned ? "pass" : "fail");
	put("spf-aligned", f->spf_aligned ? "pass" : "fail");
	put("rua", f->rua);
	needs(buf_printf(&out, "pct\t%u\n", f->pct));
}

static void
print(const struct dmarc_found *f)
{
	needs(buf_printf(&out, "%s\t%s\t", dmarc_word(f->result),
	    dmarc_policy_word(dmarc_policy(f))));
	if (f->has_policy)
		needs(buf_printf(&out, "%s of %s%s, ",
		    dmarc_policy_word(f->policy), f->domain,
		    f->testing ? ", testing" : ""));
	needs(buf_printf(&out, "%s\n", f->text));
	if (more)
		print_more(f);
}

static void
print_organization(const struct dmarc_who *who, const struct dmarc_found *f)
{
	if (f->result == DMARC_TEMPERROR)
		die(EXIT_TEMP, "no answer for %s: %s", who->from, f->text);
	/* the list's answer in its own words: a suffix has none */
	if (who->organization != NULL)
		needs(buf_printf(&out, "%s\n",
		    suffix_organization(who->from) != NULL
			? suffix_organization(who->from)
			: ""));
	else
		needs(buf_printf(&out, "%s\n", f->organization));
}

static void
add_dkim(struct dmarc_who *who, const char *name)
{
	if (who->n_dkim == DMARC_DOMAINS_MAX)
		die(EXIT_PERM, "more than %d options -d", DMARC_DOMAINS_MAX);
	who->dkim[who->n_dkim++] = domain(name);
}

static void
options(int argc, char **argv, struct dmarc_who *who)
{
	int64_t now; /* nothing depends on it */
	int c;

	while ((c = getopt(argc, argv, "+d:f:o:pr:s:t:vw:")) != -1) {
		if (c == 'd') {
			add_dkim(who, optarg);
		} else if (c == 'f' || c == 'o') {
			who->from = address_bare(optarg);
			who->only_organization = c == 'o';
		} else if (c == 'p') {
			who->organization = suffix_dmarc;
		} else if (c == 's') {
			who->spf = domain(optarg);
		} else if (c == 'v') {
			more = 1;
		} else if (!dnsopt_take(c, optarg, &dns, &now, &wait_ms)) {
			die_usage(usage);
		}
	}
	if (optind != argc || who->from == NULL)
		die_usage(usage);
}

int
main(int argc, char **argv)
{
	static struct dmarc d;
	struct dmarc_who who = { 0 };
	const char *at;

	prog_init(argv);
	options(argc, argv, &who);
	at = strrchr(who.from, '@');
	/* the list knows U-labels */
	if (!who.only_organization || who.organization == NULL)
		who.from = domain(at != NULL ? at + 1 : who.from);
	resolve_setup(&dns, NULL);
	dmarc_init(&d, &who);
	dnsrun_now(&dns, &ops, &d, wait_ms);
	if (who.only_organization)
		print_organization(&who, &d.found);
	else
		print(&d.found);
	out_flush_plain(&out);
	return EXIT_OK;
}

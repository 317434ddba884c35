/* how a job is protected: what the site says, the receiver wishes, and the
 * message asks for */
#include "route/tlsplan.h"
#include "tap.h"

#define NONE HOSTS_DANE_NONE
#define TLSA HOSTS_DANE_TLSA
#define ODD HOSTS_DANE_UNUSABLE
#define LOST HOSTS_DANE_FAILED

enum {
	MXSEC = 1,    /* the DNS vouches for the hosts */
	REQ = 2,      /* REQUIRETLS */
	OPT = 4,      /* TLS-Required: No */
	LOCAL = 8,    /* LMTP */
	UNSURE = 16,  /* DNSSEC cannot be asked */
	ALL = 32,     /* the line is that of `*` */
	TEST = 64,    /* MTA-STS, testing */
	ENFORCE = 128 /* and enforce */
};

/* two hosts, a and b: TLSA records, and whether the policy lists them */
static const struct {
	const char *rule, *line; /* "" : none */
	int flags;
	enum hosts_dane a, b;
	const char *listed; /* which of a, b */
	const char *want;   /* word[+other] from kept, or esc fail */
} cases[] = {
	/* nothing is said */
	{ "", "", 0, NONE, NONE, "", "may default,no-policy ab" },
	{ "", "", 0, TLSA, TLSA, "", "dane+may default,dane ab" },
	{ "", "", MXSEC, TLSA, NONE, "", "dane+may default,dane ab" },
	{ "", "", 0, NONE, ODD, "", "dane+may default,dane ab" },
	{ "", "", 0, LOST, NONE, "", "may default,no-policy b" },
	{ "", "", 0, LOST, TLSA, "", "dane+may default,dane b" },
	{ "", "", 0, LOST, LOST, "", "4.4.3 dnssec-invalid dane" },
	/* MTA-STS beside it */
	{ "", "", TEST, NONE, NONE, "", "may default,sts-testing ab" },
	{ "", "", TEST, NONE, NONE, "ab", "may default,sts-testing ab" },
	{ "", "", TEST, TLSA, NONE, "b", "dane+may default,dane ab" },
	{ "", "", ENFORCE, NONE, NONE, "ab", "sts default,sts-enforce ab" },
	{ "", "", ENFORCE, NONE, NONE, "b", "sts default,sts-enforce b" },
	{ "", "", ENFORCE, NONE, NONE, "", "4.7.5 validation-failure sts" },
	{ "", "", ENFORCE, TLSA, NONE, "b", "dane+sts default,dane ab" },
	{ "", "", ENFORCE, TLSA, NONE, "", "dane+sts default,dane a" },
	{ "", "", ENFORCE, ODD, NONE, "ab", "dane+sts default,dane ab" },
	{ "", "", ENFORCE, ODD, NONE, "b", "sts default,sts-enforce b" },
	{ "", "", ENFORCE, LOST, LOST, "ab", "4.4.3 dnssec-invalid dane" },
	{ "", "", ENFORCE, LOST, NONE, "a", "4.7.5 validation-failure sts" },
	/* a line */
	{ "", "auto", ENFORCE, NONE, NONE, "ab",
	    "sts tls-out:7,sts-enforce ab" },
	{ "", "none", ENFORCE, TLSA, LOST, "", "none tls-out:7 ab" },
	{ "", "may", ENFORCE, TLSA, LOST, "", "may tls-out:7 ab" },
	{ "", "must", ENFORCE, TLSA, LOST, "", "must tls-out:7 ab" },
	{ "", "verify", ENFORCE, TLSA, LOST, "", "verify tls-out:7 ab" },
	{ "", "fingerprint", 0, TLSA, LOST, "", "fingerprint tls-out:7 ab" },
	{ "", "dane", ENFORCE, NONE, NONE, "", "may tls-out:7,no-policy ab" },
	{ "", "dane", ENFORCE, TLSA, NONE, "", "dane+may tls-out:7,dane ab" },
	{ "", "dane", ENFORCE, ODD, NONE, "", "dane+may tls-out:7,dane ab" },
	{ "", "dane", 0, LOST, NONE, "", "may tls-out:7,no-policy b" },
	{ "", "sts", 0, TLSA, LOST, "", "may tls-out:7,no-policy ab" },
	{ "", "sts", TEST, TLSA, LOST, "", "may tls-out:7,sts-testing ab" },
	{ "", "sts", ENFORCE, TLSA, LOST, "ab",
	    "sts tls-out:7,sts-enforce ab" },
	{ "", "sts", ENFORCE, TLSA, LOST, "b", "sts tls-out:7,sts-enforce b" },
	{ "", "sts", ENFORCE, TLSA, LOST, "", "4.7.5 validation-failure sts" },
	{ "", "dane-only", 0, TLSA, TLSA, "", "dane tls-out:7 ab" },
	{ "", "dane-only", 0, TLSA, NONE, "", "dane tls-out:7 a" },
	{ "", "dane-only", ENFORCE, NONE, ODD, "ab",
	    "4.7.5 dane-required dane" },
	{ "", "dane-only", 0, LOST, ODD, "", "4.7.5 dane-required dane" },
	{ "", "dane-only", 0, NONE, LOST, "", "4.4.3 dnssec-invalid dane" },
	/* a rule comes before it */
	{ "must", "none", 0, NONE, NONE, "", "must routes:3 ab" },
	{ "none", "", ENFORCE, TLSA, LOST, "", "none routes:3 ab" },
	{ "auto", "none", 0, TLSA, NONE, "", "dane+may routes:3,dane ab" },
	{ "sts", "must", ENFORCE, NONE, NONE, "a",
	    "sts routes:3,sts-enforce a" },
	{ "dane-only", "", 0, NONE, NONE, "", "4.7.5 dane-required dane" },
	/* what stays in the house */
	{ "", "", LOCAL, NONE, NONE, "", "none default ab" },
	{ "", "must", LOCAL | ALL, NONE, NONE, "", "none default ab" },
	{ "", "must", LOCAL, NONE, NONE, "", "must tls-out:7 ab" },
	{ "may", "", LOCAL, NONE, NONE, "", "may routes:3 ab" },
	{ "", "", LOCAL | REQ, NONE, NONE, "", "none default ab" },
	{ "", "must", ALL, NONE, NONE, "", "must tls-out:7 ab" },
	/* TLS-Required: No */
	{ "", "", OPT, TLSA, LOST, "", "may tls-required-no ab" },
	{ "", "auto", OPT | ENFORCE, NONE, NONE, "", "may tls-required-no ab" },
	{ "", "dane", OPT, LOST, LOST, "", "may tls-required-no ab" },
	{ "", "sts", OPT | ENFORCE, NONE, NONE, "", "may tls-required-no ab" },
	{ "sts", "", OPT | ENFORCE, NONE, NONE, "", "may tls-required-no ab" },
	{ "", "none", OPT, NONE, NONE, "", "none tls-out:7 ab" },
	{ "", "must", OPT, NONE, NONE, "", "must tls-out:7 ab" },
	{ "", "verify", OPT, NONE, NONE, "", "verify tls-out:7 ab" },
	{ "", "fingerprint", OPT, NONE, NONE, "", "fingerprint tls-out:7 ab" },
	{ "", "dane-only", OPT, NONE, NONE, "", "4.7.5 dane-required dane" },
	/* REQUIRETLS */
	{ "", "", REQ, NONE, NONE, "",
	    "5.7.10 validation-failure dane+requiretls" },
	{ "", "", REQ | UNSURE, NONE, NONE, "",
	    "4.7.10 dnssec-invalid dane+requiretls" },
	{ "", "", REQ | OPT, NONE, NONE, "",
	    "5.7.10 validation-failure dane+requiretls" },
	{ "", "", REQ | MXSEC, NONE, NONE, "", "sts requiretls,no-policy ab" },
	{ "", "", REQ | MXSEC, TLSA, NONE, "", "dane+sts requiretls,dane ab" },
	{ "", "", REQ | MXSEC, ODD, ODD, "", "dane+sts requiretls,dane ab" },
	{ "", "", REQ | MXSEC, LOST, NONE, "", "sts requiretls,no-policy b" },
	{ "", "", REQ | MXSEC, LOST, LOST, "", "4.4.3 dnssec-invalid dane" },
	{ "", "", REQ | TEST, NONE, NONE, "ab",
	    "sts requiretls,sts-testing ab" },
	{ "", "", REQ | TEST, NONE, NONE, "b", "sts requiretls,sts-testing b" },
	{ "", "", REQ | ENFORCE, NONE, NONE, "a",
	    "sts requiretls,sts-enforce a" },
	{ "", "", REQ | ENFORCE, LOST, NONE, "a", "4.4.3 dnssec-invalid dane" },
	{ "", "", REQ | ENFORCE, NONE, NONE, "",
	    "5.7.10 validation-failure dane+requiretls" },
	{ "", "none", REQ | MXSEC, NONE, NONE, "",
	    "sts requiretls,no-policy ab" },
	{ "", "may", REQ | MXSEC, TLSA, NONE, "",
	    "dane+sts requiretls,dane ab" },
	{ "", "must", REQ, NONE, NONE, "",
	    "5.7.10 validation-failure dane+requiretls" },
	{ "", "dane", REQ | MXSEC, NONE, NONE, "",
	    "sts requiretls,no-policy ab" },
	{ "", "sts", REQ | MXSEC, TLSA, NONE, "",
	    "sts requiretls,no-policy ab" },
	{ "", "dane-only", REQ | MXSEC, TLSA, NONE, "", "dane requiretls a" },
	{ "", "verify", REQ, NONE, NONE, "", "verify tls-out:7 ab" },
	{ "", "fingerprint", REQ, NONE, NONE, "", "fingerprint tls-out:7 ab" },
};

static struct tlsplan plan;
static struct tlsplan_host hosts[HOSTS_MAX];
static struct tlsout_line line;

static void
fill(struct tlsplan_in *in, size_t i)
{
	const char *rule = cases[i].rule, *word = cases[i].line;
	int f = cases[i].flags;

	memset(&line, 0, sizeof line);
	line.word = TLSOUT_AUTO;
	if (*word != '\0') {
		line.line = 7;
		line.all = (f & ALL) != 0;
		tlsout_word((struct slice){ word, strlen(word) }, &line.word);
	}
	hosts[0] = (struct tlsplan_host){ { "a", 1 }, cases[i].a,
		strchr(cases[i].listed, 'a') != NULL };
	hosts[1] = (struct tlsplan_host){ { "b", 1 }, cases[i].b,
		strchr(cases[i].listed, 'b') != NULL };
	*in = (struct tlsplan_in){ .line = &line,
		.rule = { rule, strlen(rule) },
		.rule_line = 3,
		.nexthop = { "d.example", 9 },
		.host = hosts,
		.n = 2,
		.sts = f & ENFORCE ? STS_ENFORCE
		    : f & TEST     ? STS_TESTING
				   : STS_NONE,
		.mx_secure = (f & MXSEC) != 0,
		.unsure = (f & UNSURE) != 0,
		.requiretls = (f & REQ) != 0,
		.optional = (f & OPT) != 0,
		.local = (f & LOCAL) != 0 };
}

static const char *
described(void)
{
	static char t[200];

	if (plan.n_kept == 0)
		snprintf(t, sizeof t, "%s %s %s", plan.esc, plan.fail,
		    plan.policy);
	else
		snprintf(t, sizeof t, "%s%s%s %s %s%s",
		    tlsout_word_text(plan.word),
		    plan.other == TLSOUT_NONE ? "" : "+",
		    plan.other == TLSOUT_NONE ? ""
					      : tlsout_word_text(plan.other),
		    plan.from, plan.keep[0] ? "a" : "",
		    plan.keep[1] ? "b" : "");
	return t;
}

static void
table(void)
{
	char name[200], why[TLSPLAN_TEXT_MAX];
	struct tlsplan_in in;
	unsigned k;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		fill(&in, i);
		tlsplan_decide(&plan, &in);
		snprintf(name, sizeof name, "%zu: rule \"%s\" line \"%s\" %d",
		    i, cases[i].rule, cases[i].line, cases[i].flags);
		is_str(described(), cases[i].want, name);
		for (k = 0; k < 2; k++)
			if ((tlsplan_why(&in, k, why) == NULL) !=
			    (plan.keep[k] != 0))
				ok(0, "a host that is left out has a reason");
		ok((plan.line != NULL) ==
			(strncmp(plan.from, "tls-out", 7) == 0 ||
			    (line.line > 0 && cases[i].rule[0] == '\0' &&
				!(in.local && line.all))),
		    "its line");
	}
}

static void
texts(void)
{
	static const struct {
		size_t rule;
		const char *word;
		int flags;
		enum hosts_dane dane;
		const char *class, *text;
	} t[] = {
		{ 0, "", 0, LOST, "dns",
		    "TLSA of a: no answer, or one that is forged" },
		{ 0, "dane-only", 0, NONE, "tls",
		    "a has no TLSA records that are of use" },
		{ 0, "sts", ENFORCE, NONE, "tls",
		    "a is not in the MTA-STS policy of d.example" },
		{ 0, "", REQ, NONE, "tls",
		    "a: neither DNSSEC nor MTA-STS vouches for this MX" },
		{ 0, "", REQ | UNSURE, NONE, "tls",
		    "a: neither DNSSEC nor MTA-STS can be asked who vouches "
		    "for it" },
	};
	char why[TLSPLAN_TEXT_MAX];
	struct tlsplan_in in;
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		fill(&in, 0);
		in.n = 1;
		in.rule = (struct slice){ t[i].word, strlen(t[i].word) };
		in.requiretls = (t[i].flags & REQ) != 0;
		in.unsure = (t[i].flags & UNSURE) != 0;
		if (t[i].flags & ENFORCE)
			in.sts = STS_ENFORCE;
		hosts[0].dane = t[i].dane;
		tlsplan_decide(&plan, &in);
		is_num(plan.n_kept, 0, "none is left");
		is_str(plan.text, t[i].text, "why");
		is_str(plan.class, t[i].class, "class");
		is_str(tlsplan_why(&in, 0, why), t[i].text, "the same");
	}
}

/* as many hosts as there may be, with the longest names */
static void
limits(void)
{
	static char name[WORD_DOMAIN_MAX];
	struct tlsplan_in in;
	unsigned i;

	memset(name, 'x', sizeof name);
	fill(&in, 0);
	in.n = HOSTS_MAX;
	in.nexthop = (struct slice){ name, sizeof name };
	in.sts = STS_ENFORCE;
	in.rule_line = 4000000000u;
	in.rule = (struct slice){ "auto", 4 };
	for (i = 0; i < HOSTS_MAX; i++)
		hosts[i] = (struct tlsplan_host){ { name, sizeof name }, NONE,
			i == HOSTS_MAX - 1 };
	tlsplan_decide(&plan, &in);
	is_num(plan.n_kept, 1, "one is left");
	is_num(plan.keep[HOSTS_MAX - 1], 1, "the last");
	is_str(plan.from, "routes:4000000000,sts-enforce", "by this line");
	hosts[HOSTS_MAX - 1].listed = 0;
	tlsplan_decide(&plan, &in);
	is_num(strlen(plan.text), 2 * WORD_DOMAIN_MAX + 33, "a long reason");
}

int
main(void)
{
	table();
	texts();
	limits();
	return done();
}

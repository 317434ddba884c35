/* a judgement made into the field, envelope lines, and the event */
#include "auth/authresult.h"
#include "base/die.h"
#include "chain/event.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static struct judge j;
static struct judge_conf conf;
static struct judge_who who = { "192.0.2.7", "ann@a.example", "h.example" };
static struct authresult_end end = { "", DMARC_P_NONE, "none", "" };
static struct buf out;

#define SLICE(to, text) ((to) = (text), (to##_len) = sizeof(text) - 1)

/* a message of a client that passes everything, with two signatures */
static void
good(void)
{
	struct dkim_signature *s = j.dkim.signature;

	memset(&j, 0, sizeof j);
	j.conf = &conf;
	j.has_client = 1;
	j.spf.result = SPF_PASS;
	strcpy(j.spf.domain, "a.example");
	j.iprev.result = IPREV_PASS;
	strcpy(j.iprev.name, "h.a.example");
	j.dkim.n = 2;
	memset(s, 0, 2 * sizeof *s);
	s[0].result = DKIM_PASS;
	SLICE(s[0].domain, "a.example");
	SLICE(s[0].selector, "s1");
	SLICE(s[0].algorithm, "rsa-sha256");
	SLICE(s[0].b, "ab\n\tcdefghij");
	s[0].key_bits = 2048;
	s[1].result = DKIM_FAIL;
	SLICE(s[1].domain, "b.example");
	SLICE(s[1].selector, "s2");
	strcpy(s[1].reason, "the body hash differs");
	s[1].partial = s[1].testing = 1;
	j.author.how = AUTHOR_FOUND;
	strcpy(j.author.domain, "a.example");
	j.dmarc.found.result = DMARC_PASS;
	j.dmarc.found.has_policy = 1;
	j.dmarc.found.policy = j.dmarc.found.p = DMARC_P_REJECT;
	strcpy(j.dmarc.found.domain, "a.example");
	j.dmarc.found.dkim_aligned = 1;
	end =
	    (struct authresult_end){ "a.example", DMARC_P_REJECT, "none", "" };
}

/* two domains in From; the policy of one of them has been applied */
static void
nobody(void)
{
	good();
	j.author.how = AUTHOR_DOMAINS;
	j.author.domain[0] = '\0';
	j.author.mention.n = 2;
	strcpy(j.author.mention.domain[0], "a.example");
	strcpy(j.author.mention.domain[1], "b.example");
	end = (struct authresult_end){ "b.example", DMARC_P_QUARANTINE,
		"quarantine", "" };
}

/* of a message without a client: what a file has */
static void
alone(void)
{
	good();
	j.has_client = 0;
	j.dkim.n = 0;
}

static const char *
text(void)
{
	buf_putc(&out, '\0');
	return buf_data(&out);
}

/* the field on one line */
static const char *
field(void)
{
	char *p, *to;

	buf_clear(&out);
	is_num(authresult_field(&out, "me.example", &j, &who, &end), 0,
	    "a field");
	text();
	for (p = to = buf_data(&out); *p != '\0'; p++)
		if (*p != '\n' && *p != '\t')
			*to++ = *p;
		else if (to > buf_data(&out) && to[-1] != ' ')
			*to++ = ' ';
	*to = '\0';
	return buf_data(&out);
}

static void
fields(void)
{
	good();
	is_str(field(),
	    "Authentication-Results: me.example; spf=pass "
	    "smtp.mailfrom=ann@a.example; dkim=pass (2048-bit "
	    "key) header.d=a.example header.s=s1 "
	    "header.a=rsa-sha256 header.b=abcdefgh; dkim=fail "
	    "(body partly signed, testing) reason=\"the body "
	    "hash differs\" header.d=b.example header.s=s2; "
	    "dmarc=pass (p=reject dis=none) "
	    "header.from=a.example polrec.p=reject; arc=none "
	    "smtp.remote-ip=192.0.2.7; iprev=pass (h.a.example) "
	    "policy.iprev=192.0.2.7 ",
	    "all is well");
	good();
	j.by_helo = 1;
	j.spf.result = SPF_FAIL;
	strcpy(j.spf.text, "not one of ours");
	j.dmarc.found.result = DMARC_FAIL;
	strcpy(j.dmarc.found.text, "nobody vouches");
	strcpy(j.dmarc.found.domain, "example");
	j.iprev.result = IPREV_FAIL;
	j.dkim.n = 0;
	j.dkim.skipped = 3;
	is_str(field(),
	    "Authentication-Results: me.example; spf=fail "
	    "reason=\"not one of ours\" smtp.helo=h.example; "
	    "dkim=none; dkim=policy reason=\"3 more "
	    "signatures\"; dmarc=fail (p=reject dis=none) "
	    "reason=\"nobody vouches\" header.from=a.example "
	    "polrec.p=reject polrec.domain=example; arc=none "
	    "smtp.remote-ip=192.0.2.7; iprev=fail "
	    "policy.iprev=192.0.2.7 ",
	    "nothing is");
	nobody();
	is_str(field(),
	    "Authentication-Results: me.example; spf=pass "
	    "smtp.mailfrom=ann@a.example; dkim=pass (2048-bit "
	    "key) header.d=a.example header.s=s1 "
	    "header.a=rsa-sha256 header.b=abcdefgh; dkim=fail "
	    "(body partly signed, testing) reason=\"the body "
	    "hash differs\" header.d=b.example header.s=s2; "
	    "dmarc=permerror (p=quarantine dis=quarantine) "
	    "reason=\"several domains in From\"; arc=none "
	    "smtp.remote-ip=192.0.2.7; iprev=pass (h.a.example) "
	    "policy.iprev=192.0.2.7 ",
	    "no author");
	alone();
	is_str(field(),
	    "Authentication-Results: me.example; dkim=none; "
	    "dmarc=pass (p=reject dis=none) "
	    "header.from=a.example polrec.p=reject; arc=none ",
	    "no client");
}

/* lines of these keys are ours alone, whoever put them there */
static void
lines(void)
{
	good();
	buf_clear(&out);
	buf_puts(&out, "from a@b\nspf fail\ntag x\narc pass\niprev x\nto c\n");
	authresult_lines(&out, &j);
	is_str(text(),
	    "from a@b\ntag x\nto c\n"
	    "spf pass\ndkim pass\ndmarc pass\narc none\niprev pass\n",
	    "in place of others");
	alone();
	buf_clear(&out);
	buf_puts(&out, "spf pass\n");
	authresult_lines(&out, &j);
	is_str(text(), "dkim none\ndmarc pass\narc none\n",
	    "not even those that we do not write");
	buf_free(&out);
	authresult_lines(&out, &j);
	is_str(text(), "dkim none\ndmarc pass\narc none\n", "into nothing");
}

/* the note as label:value, blanks between */
static const char *
note(const char *to)
{
	char *p, *e;
	int label = 1;

	buf_clear(&out);
	authresult_note(&out, &j, &who, to, &end);
	p = buf_data(&out);
	for (e = p + buf_len(&out); p < e; p++)
		if (*p == '\0') {
			*p = label ? ':' : ' ';
			label = !label;
		}
	return text();
}

static void
notes(void)
{
	good();
	is_str(note("x@to.example"),
	    "client:192.0.2.7 from:ann@a.example helo:h.example "
	    "to-domain:to.example header-from:a.example spf:pass "
	    "spf-domain:a.example spf-scope:mfrom iprev:pass "
	    "dkim:pass:a.example:s1,fail:b.example:s2 arc:none "
	    "dmarc:pass policy:reject dmarc-domain:a.example "
	    "p:reject sp:none np:none adkim:r aspf:r testing:n "
	    "rua: dkim-aligned:pass spf-aligned:fail "
	    "disposition:none ",
	    "all is well");
	conf.suffix_list = 1;
	end.override = "local_policy";
	end.disposition = "reject";
	j.dmarc.found.result = DMARC_FAIL;
	is_str(note(NULL),
	    "client:192.0.2.7 from:ann@a.example helo:h.example "
	    "to-domain: header-from:a.example spf:pass "
	    "spf-domain:a.example spf-scope:mfrom iprev:pass "
	    "dkim:pass:a.example:s1,fail:b.example:s2 arc:none "
	    "dmarc:fail policy:reject dmarc-domain:a.example "
	    "p:reject sp:none np:none adkim:r aspf:r testing:n "
	    "rua: dkim-aligned:pass spf-aligned:fail "
	    "disposition:reject override:local_policy method:psl ",
	    "refused, and why not");
	conf.suffix_list = 0;
	nobody();
	is_str(note("x"),
	    "client:192.0.2.7 from:ann@a.example helo:h.example "
	    "to-domain: header-from: spf:pass "
	    "spf-domain:a.example spf-scope:mfrom iprev:pass "
	    "dkim:pass:a.example:s1,fail:b.example:s2 arc:none "
	    "dmarc:permerror reason:several domains in From "
	    "mentioned:a.example,b.example policy:quarantine "
	    "dmarc-domain:b.example disposition:quarantine ",
	    "no author");
	alone();
	j.dmarc.found.has_policy = 0;
	is_str(note("x@to.example"),
	    "client:192.0.2.7 from:ann@a.example helo:h.example "
	    "to-domain:to.example header-from:a.example "
	    "dkim:none arc:none dmarc:pass ",
	    "no client and no policy");
}

/* as many signatures as have room, each whole */
static void
many(void)
{
	static char name[300];
	const char *p;
	unsigned i;

	memset(name, 'a', sizeof name);
	good();
	for (i = 0; i < 4; i++) {
		j.dkim.signature[i] = j.dkim.signature[0];
		j.dkim.signature[i].domain = name;
		j.dkim.signature[i].domain_len = sizeof name;
	}
	j.dkim.n = 4;
	p = strstr(note("x"), "dkim:") + 5;
	is_num(strcspn(p, " "), 3 * (300 + 8) + 2, "three of four");
}

/* the line: what was noted, behind the message's id if it has one */
static void
logged(void)
{
	static const char note[] = "client\0"
				   "192.0.2.7\0from\0a\tb\0helo\0";
	const struct buf b = { .p = (char *)note, .end = sizeof note };
	char got[2 * EVENT_LINE_MAX];
	int p[2], i;
	ssize_t n;

	if (pipe(p) == -1 || dup2(p[1], 2) == -1)
		exit(111);
	authresult_log(&b, "0abc.rest", 4);
	authresult_log(&b, NULL, 0);
	n = read(p[0], got, sizeof got - 1);
	got[n < 0 ? 0 : n] = '\0';
	for (i = 0; i < 2; i++) {
		char *line = strstr(got, "\tev:"), *lf;

		if (line == NULL || (lf = strchr(line, '\n')) == NULL)
			exit(111);
		*lf = '\0';
		is_str(line,
		    i == 0 ? "\tev:verdict\tprog:authresult\tid:0abc"
			     "\tclient:192.0.2.7\tfrom:a\\tb\thelo:"
			   : "\tev:verdict\tprog:authresult"
			     "\tclient:192.0.2.7\tfrom:a\\tb\thelo:",
		    i == 0 ? "with its id" : "without one");
		memmove(got, lf + 1, strlen(lf + 1) + 1);
	}
}

int
main(void)
{
	static char *args[] = { "authresult", NULL };

	prog_init(args);
	fields();
	lines();
	notes();
	many();
	logged();
	buf_free(&out);
	return done();
}

/*
 * One message judged by all machines: which of them run, in which order, and
 * what the words are.  The DNS is text, and answers when it is told to.
 */
#include "auth/judge.h"
#include "base/clock.h"
#include "dnszone.h"
#include "tap.h"

/* instead of dns/dnsrun */

enum { RUNS_MAX = 8 };

static struct resolve dns;
static struct dnsrun *asking[RUNS_MAX];
static unsigned n_asking, n_started, n_done;
static const char *zone;

void
dnsrun_start(struct dnsrun *r, struct resolve *d,
    const struct dnsrun_machine *ops, void *machine, int64_t deadline_ms,
    void (*done_)(void *), void *arg)
{
	r->ops = ops;
	r->machine = machine;
	r->done = done_;
	r->arg = arg;
	n_started++;
	if (d != &dns || deadline_ms < 1 || n_asking == RUNS_MAX)
		abort();
	asking[n_asking++] = r;
}

static void
take_out(struct dnsrun *r)
{
	unsigned i;

	for (i = 0; i < n_asking && asking[i] != r; i++)
		;
	if (i == n_asking)
		abort();
	memmove(asking + i, asking + i + 1, (--n_asking - i) * sizeof *asking);
}

void
dnsrun_cancel(struct dnsrun *r)
{
	take_out(r);
}

/* answer all that this one asks */
static void
answer(struct dnsrun *r)
{
	static struct dnszone_answer z;
	struct dnsq q;

	take_out(r);
	while (r->ops->want(r->machine, &q))
		r->ops->answer(r->machine, dnszone_ask(zone, &q, &z));
	r->done(r->arg);
}

static void
answer_all(int last_first)
{
	while (n_asking > 0)
		answer(asking[last_first ? n_asking - 1 : 0]);
}

/* messages */

#define SIGNED(d) \
	"DKIM-Signature: v=1; a=ed25519-sha256; d=" d "; s=s; h=from;\n" \
	"\tbh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=; b=AAAA\n"

#define ZONE \
	"pass.test TXT v=spf1 ip4:192.0.2.7 -all\n" \
	"none.test HERE\n" \
	"fail.test TXT v=spf1 -all\n" \
	"slow.test FAIL TXT\n" \
	"x.slow.test FAIL TXT\n" \
	"other.test FAIL TXT\n" \
	"_dmarc.pass.test TXT v=DMARC1; p=reject\n" \
	"_dmarc.none.test TXT v=DMARC1; p=reject\n" \
	"_dmarc.fail.test TXT v=DMARC1; p=quarantine\n" \
	"_dmarc.slow.test TXT v=DMARC1; p=reject\n" \
	"s._domainkey.pass.test TXT v=DKIM1; k=ed25519; " \
	"p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n" \
	"s._domainkey.slow.test FAIL\n" \
	"s._domainkey.other.test FAIL\n" \
	"7.2.0.192.in-addr.arpa PTR host.pass.test\n" \
	"host.pass.test A 192.0.2.7\n"

static const struct {
	const char *name, *ip, *sender, *helo, *header;
	/* results: SPF of whom, iprev, DKIM, ARC, DMARC */
	const char *words;
	int by_helo;
} cases[] = {
	{ "all is well", "192.0.2.7", "a@pass.test", "host.pass.test",
	    "From: a@pass.test\n", "pass pass none none pass", 0 },
	{ "no client", NULL, "a@pass.test", "h", "From: a@pass.test\n",
	    "- - none none fail", 0 },
	{ "a client without an address", "unix", "a@pass.test", "h",
	    "From: a@pass.test\n", "- - none none fail", 0 },
	{ "IPv6", "2001:db8::1", "a@pass.test", "h", "From: a@pass.test\n",
	    "fail permerror none none fail", 0 },
	{ "no sender: HELO's", "192.0.2.7", "", "pass.test",
	    "From: a@pass.test\n", "pass pass none none pass", 1 },
	{ "another's SPF", "192.0.2.7", "a@pass.test", "h",
	    "From: a@fail.test\n", "pass pass none none fail", 0 },
	{ "no policy", "192.0.2.7", "a@pass.test", "h",
	    "From: a@nowhere.test\n", "pass pass none none none", 0 },
	{ "no From", "192.0.2.7", "a@pass.test", "h", "To: a@b\n",
	    "pass pass none none permerror", 0 },
	{ "SPF not known, of From's own", "192.0.2.7", "a@slow.test", "h",
	    "From: a@slow.test\n", "temperror pass none none temperror", 0 },
	{ "SPF not known, of one below", "192.0.2.7", "a@x.slow.test", "h",
	    "From: a@slow.test\n", "temperror pass none none temperror", 0 },
	{ "SPF not known, of anybody", "192.0.2.7", "a@other.test", "h",
	    "From: a@none.test\n", "temperror pass none none fail", 0 },
	{ "a key not known, of From's own", NULL, NULL, NULL,
	    SIGNED("slow.test") "From: a@slow.test\n",
	    "- - temperror none temperror", 0 },
	{ "a key not known, of anybody", NULL, NULL, NULL,
	    SIGNED("other.test") "From: a@none.test\n",
	    "- - temperror none fail", 0 },
	{ "the best of two", NULL, NULL, NULL,
	    SIGNED("gone.test") SIGNED("slow.test") "From: a@none.test\n",
	    "- - temperror none fail", 0 },
};

static struct judge j;
static struct judge_conf conf = {
	.dns = &dns, .me = "me.test", .deadline_ms = 20000, .now = 1700000000
};

static void
on_done(void *arg)
{
	if (arg != &j)
		abort();
	n_done++;
}

static void
begin(const char *ip, const char *sender, const char *helo, const char *header)
{
	struct judge_who who = { ip, sender, helo };

	n_started = n_done = 0;
	judge_begin(&j, &conf, &who, header, strlen(header));
}

static void
is_words(const char *want, const char *name)
{
	char t[100];

	snprintf(t, sizeof t, "%s %s %s %s %s",
	    j.has_client ? spf_word(j.spf.result) : "-",
	    j.has_client ? iprev_word(j.iprev.result) : "-",
	    dkim_word(judge_dkim(&j)), dkim_word(judge_arc(&j)),
	    dmarc_word(judge_dmarc(&j)));
	is_str(t, want, name);
}

/* whatever is answered first */
static void
words(void)
{
	size_t i;
	int way;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (way = 0; way < 3; way++) {
			begin(cases[i].ip, cases[i].sender, cases[i].helo,
			    cases[i].header);
			if (way == 2)
				answer_all(0);
			judge_whole(&j, on_done, &j);
			is_num(n_done, 0, "nobody has answered yet");
			answer_all(way == 1);
			is_num(n_done, 1, "done once");
			is_words(cases[i].words, cases[i].name);
			is_num(j.by_helo, cases[i].by_helo, "whose SPF");
		}
}

/* SPF and name at once, DKIM with the body, DMARC when all have said */
static void
order(void)
{
	struct dnsrun *spf;

	begin("192.0.2.7", "a@pass.test", "h", "From: a@pass.test\n");
	is_num(n_started, 2, "SPF and the name ask at once");
	spf = asking[0];
	judge_whole(&j, on_done, &j);
	is_num(n_started, 3, "the signatures behind the body");
	answer(asking[2]);
	answer(asking[1]);
	is_num(n_started, 3, "DMARC waits for the last");
	answer(spf);
	is_num(n_started, 4, "then it asks");
	is_num(n_done, 0, "and is waited for");
	answer(asking[0]);
	is_num(n_done, 1, "done");
	begin(NULL, NULL, NULL, "To: b\n");
	is_num(n_started, 0, "nobody to ask for");
	judge_whole(&j, on_done, &j);
	answer_all(0);
	is_num(n_started, 1, "without an author no DMARC");
	is_num(n_done, 1, "done");
}

static void
cancel(void)
{
	begin("192.0.2.7", "a@pass.test", "h", "From: a@pass.test\n");
	judge_cancel(&j);
	is_num(n_asking, 0, "nothing is asked any more");
	begin("192.0.2.7", "a@pass.test", "h", "From: a@pass.test\n");
	answer(asking[1]);
	judge_whole(&j, on_done, &j);
	judge_cancel(&j);
	is_num(n_asking, 0, "nor later");
	is_num(n_done, 0, "and done() does not come");
	judge_cancel(&j);
	is_num(n_asking, 0, "twice is no harm");
}

/* of several that From names, each is asked about */
static void
mentioned(void)
{
	begin("192.0.2.7", "a@pass.test", "h",
	    "From: a@pass.test, b@fail.test, c@none.test\n");
	judge_whole(&j, on_done, &j);
	answer_all(0);
	is_num(n_done, 1, "done once");
	is_num(j.author.how, AUTHOR_DOMAINS, "of several domains");
	is_words("pass pass none none permerror", "no one author");
	is_num(j.author.mention.n, 3, "three");
	is_num(j.mentioned[0], DMARC_P_NONE, "somebody vouches");
	is_num(j.mentioned[1], DMARC_P_QUARANTINE, "nobody does");
	is_num(j.mentioned[2], DMARC_P_REJECT, "nor here");
}

/* an address that is longer than may be, and one that is not ASCII */
static void
addresses(void)
{
	char a[JUDGE_ADDRESS_MAX + 2];
	unsigned over;

	for (over = 0; over < 2; over++) {
		memset(a, 'a', sizeof a);
		memcpy(a + JUDGE_ADDRESS_MAX - 10 + over, "@pass.test", 11);
		begin("192.0.2.7", a, "fail.test", "From: a@pass.test\n");
		is_num(j.by_helo, over, "a sender too long is none");
		judge_whole(&j, on_done, &j);
		answer_all(0);
		is_words(over ? "fail pass none none fail"
			      : "pass pass none none pass",
		    "as long as may be, and one more");
	}
	begin("192.0.2.7", "a@b\303\274cher.test", "h", "From: a@pass.test\n");
	is_str(j.sender, "a@xn--bcher-kva.test", "a domain as the DNS has it");
	judge_cancel(&j);
}

static void
body(void)
{
	size_t i;

	begin(NULL, NULL, NULL, "From: a@pass.test\n");
	is_num(judge_needs_body(&j), 0, "nothing is signed");
	judge_cancel(&j);
	for (i = 0; i < 2; i++) {
		begin(NULL, NULL, NULL,
		    SIGNED("pass.test") "From: a@pass.test\n");
		is_num(judge_needs_body(&j), 1, "something is");
		judge_body(&j, "x\n", 2 * i);
		judge_whole(&j, on_done, &j);
		answer_all(0);
		is_words("- - fail none fail", "signed by nobody");
		is_str(j.dkim.signature[0].reason,
		    i == 0 ? "the signature does not match"
			   : "the body hash differs",
		    "the body is looked at");
	}
}

int
main(void)
{
	zone = ZONE;
	words();
	order();
	cancel();
	mentioned();
	addresses();
	body();
	return done();
}

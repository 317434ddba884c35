/* messages made what receivers demand: rules, what is missing, refusals */
#include "fix/fix.h"
#include "memlookup.h"
#include "tap.h"

#define L64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FULL "Message-ID: <m@x>\nDate: d\nFrom: x@a.example\n"
#define FULLB "Date: d\nFrom: x@a.example\n"
#define ENV "from s@a.example\nto r@b.example\n"

static struct token_keys keys = { .n = 1, .key = { { .n = 16 } } };

static const struct {
	const char *rules, *env, *header;
	const char *env_after, *header_after; /* NULL: as it was */
	const char *text;                     /* refusal, or NULL */
} cases[] = {
	/* what everybody gets, complete.c */
	{ "", ENV, FULL, NULL, NULL, NULL },
	{ "", ENV, "Bcc: x\n" FULL, NULL, FULL, NULL },
	/* fields by rules */
	{ "add:\"X-A: %{tag:c} x\"\n", ENV "tag c=d\n", FULL, NULL,
	    FULL "X-A: d x\n", NULL },
	{ "add:\"X-A: %{tag:none}\"\n", ENV, FULL, NULL, NULL, NULL },
	{ "set:\"Date: x\"\n", ENV, FULL, NULL,
	    "Message-ID: <m@x>\nDate: x\nFrom: x@a.example\n", NULL },
	{ "default:\"Date: x\" default:\"X-Mailer: m\"\n", ENV, FULL, NULL,
	    FULL "X-Mailer: m\n", NULL },
	{ "remove:X-* remove:y\n", ENV, "Y: 1\n" FULL "X-B: 2\n", NULL, FULL,
	    NULL },
	{ "remove:Z\n", ENV, FULL, NULL, NULL, NULL },
	{ "message-id\n", ENV, "X-Uuid: u7\n" FULL, NULL,
	    "X-Uuid: u7\nMessage-ID: <u7@a.example>\nDate: d\nFrom: x@a.example\n",
	    NULL },
	{ "remove:X-S add:\"Y: %{header:X-S}\"\nheader:X-S add:\"Z: z\"\n", ENV,
	    FULL "X-S: 7\n", NULL, FULL "Y: 7\nZ: z\n", NULL },
	{ "add:\"X: %{header:X-S}\"\n", ENV, FULL "X-S: a\n\tBcc: b\n", NULL,
	    FULL "X-S: a\n\tBcc: b\nX: a Bcc: b\n", NULL },
	{ "feedback-id:\"%{tag:c}:%{header:X-S}:%{tenant}:news\"\n",
	    ENV "tag c=a:b\ntenant t\n", FULL "X-S: a b\n", NULL,
	    FULL "X-S: a b\nFeedback-ID: a-b:a-b:t:news\n", NULL },
	/* the envelope */
	{ "tag:stream=%{header:X-S} remove:X-S\ntag:stream=7 prio:2\n", ENV,
	    FULL "X-S: 7\n", ENV "tag stream=7\nprio 2\n", FULL, NULL },
	{ "tag:stream=%{header:X-S}\n", ENV, FULL, NULL, NULL, NULL },
	{ "to:@b.example add:\"X: y\"\n", ENV, FULL, NULL, FULL "X: y\n",
	    NULL },
	{ "to:R@B.Example. add:\"X: y\"\n", ENV, FULL, NULL, FULL "X: y\n",
	    NULL },
	{ "to:@.example add:\"X: y\"\n", ENV, FULL, NULL, FULL "X: y\n", NULL },
	{ "to:r@ add:\"X: y\"\n", ENV, FULL, NULL, FULL "X: y\n", NULL },
	{ "to:* add:\"X: y\"\n", ENV, FULL, NULL, FULL "X: y\n", NULL },
	{ "to:@example add:\"X: y\"\n", ENV, FULL, NULL, NULL, NULL },
	{ "to:@c.example add:\"X: y\"\n", ENV, FULL, NULL, NULL, NULL },
	{ "to:@c.example add:\"X: y\"\n",
	    ENV "to \"q\"@C.example NOTIFY=NEVER\n", FULL, NULL, FULL "X: y\n",
	    NULL },
	{ "to:@c.example to:@b.example add:\"X: y\"\n", ENV "to q@c.example\n",
	    FULL, NULL, FULL "X: y\n", NULL },
	{ "to:@c.example from:@b.example add:\"X: y\"\n",
	    ENV "to q@c.example\n", FULL, NULL, NULL, NULL },
	{ "* tenant:%{sender-domain}\ntenant:a.example prio:9\n",
	    ENV "prio 1\n", FULL, ENV "prio 9\ntenant a.example\n", NULL,
	    NULL },
	/* unsubscribing */
	{ "list-unsubscribe:mailto:unsub-%{uuid}@%{from-domain}\n", ENV,
	    "X-Uuid: u7\n" FULL, NULL,
	    "X-Uuid: u7\n" FULL
	    "List-Unsubscribe: <mailto:unsub-u7@a.example>\n",
	    NULL },
	{ "list-unsubscribe:https://u.example/%{uuid} mailto:%{uuid}@u.example one-click\n",
	    ENV, "X-Uuid: u7\n" FULL "List-Unsubscribe: <x>\n", NULL,
	    "X-Uuid: u7\n" FULL
	    "List-Unsubscribe: <https://u.example/u7>, <mailto:u7@u.example>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n",
	    NULL },
	{ "list-unsubscribe:https://u.example/%{uuid}?%{header:X-S}\n", ENV,
	    "X-Uuid: u7\n" FULL "X-S: >, <x\nList-Unsubscribe-Post: y\n", NULL,
	    "X-Uuid: u7\n" FULL
	    "X-S: >, <x\nList-Unsubscribe: <https://u.example/u7?%3E%2C%20%3Cx>\n",
	    NULL },
	{ "no-header:List-Unsubscribe list-unsubscribe:https://u.example/%{uuid}\n",
	    ENV, FULL "List-Unsubscribe: <x>\n", NULL, NULL, NULL },
	/* the return path */
	{ "return-path:r.example verp\n", "from \nto r@b.example\n", FULL, NULL,
	    NULL, NULL },
	{ "return-path-header:X-RP=r.example,.s.example remove:X-RP\n", ENV,
	    FULL "X-RP: <b1@r.example>\n",
	    "from b1@r.example\nto r@b.example\n", FULL, NULL },
	{ "return-path-header:X-RP=r.example,.s.example\n", ENV,
	    FULL "X-RP: b1@x.S.example\n",
	    "from b1@x.S.example\nto r@b.example\n", NULL, NULL },
	{ "return-path-header:X-RP=r.example,.s.example\n", ENV,
	    FULL "X-RP: b1@xs.example\n", NULL, NULL, NULL },
	{ "return-path-header:X-RP=r.example\n", ENV,
	    FULL "X-RP: b1@s.example\n", NULL, NULL, NULL },
	{ "return-path-header:X-RP=r.example\n", ENV,
	    FULL "X-RP: a@r.example, b@r.example\n", NULL, NULL, NULL },
	{ "return-path-header:X-RP=r.example\n", ENV, FULL "X-RP: nonsense\n",
	    NULL, NULL, NULL },
	{ "return-path-header:X-RP=r.example\n", ENV,
	    FULL "X-RP: " L64 "-joe=example.net@r.example\n",
	    "from " L64 "-joe=example.net@r.example\nto r@b.example\n", NULL,
	    NULL },
	{ "return-path-header:X-RP=r.example\n", ENV,
	    FULL "X-RP: b-" L64 L64 L64 L64 "@r.example\n",
	    "from b-" L64 L64 L64 L64 "@r.example\nto r@b.example\n", NULL,
	    NULL },
	{ "return-path-header:X-RP=r.example\n", ENV,
	    FULL "X-RP: " L64 L64 L64 L64 L64 L64 L64 L64 "@r.example\n", NULL,
	    NULL, NULL },
	{ "return-path-header:X-RP=r.example\n", ENV,
	    FULL "X-RP: b..1.@r.example\n",
	    "from b..1.@r.example\nto r@b.example\n", NULL, NULL },
	{ "return-path-header:X-RP=r.example\n", ENV,
	    FULL "X-RP: \"b..1\"@R.example.\n",
	    "from b..1@R.example\nto r@b.example\n", NULL, NULL },
	{ "return-path-header:X-RP=r.example\n", ENV,
	    FULL "X-RP: \"b 1\"@r.example\n",
	    "from \"b 1\"@r.example\nto r@b.example\n", NULL, NULL },
	{ "return-path-header:X-RP=r.example\n", ENV, FULL "X-RP: b1\n", NULL,
	    NULL, NULL },
	{ "return-path-header:X-RP=r.example\n", "from \n",
	    FULL "X-RP: a@r.example\n", NULL, NULL, NULL },
	/* refusals */
	{ "header:X-Bad reject:\"no such thing\"\n", ENV, FULL "X-Bad: 1\n",
	    NULL, NULL, "5.7.1 no such thing" },
	{ "header:X-Bad reject:\"no\"\n", ENV, FULL, NULL, NULL, NULL },
	{ "from-unaligned reject:\"not yours\"\n", "from s@b.example\n", FULL,
	    NULL, NULL, "5.7.1 not yours" },
	{ "from-unaligned reject:\"not yours\"\n", ENV, FULL, NULL, NULL,
	    NULL },
	{ "user:* check-from\nuser:ann allow-from:@a.example\n",
	    ENV "user ann\n", FULL, NULL, NULL, NULL },
	{ "user:* check-from\nuser:ann allow-from:@a.example\n",
	    ENV "user joe\n", FULL, NULL, NULL,
	    "5.7.1 From is not an address you may use" },
	{ "user:* check-from\n", ENV "user ann\n", FULL, NULL, NULL,
	    "5.7.1 From is not an address you may use" },
	{ "user:* check-from\n", ENV, FULL, NULL, NULL, NULL },
	{ "user:ann allow-from:y@a.example\nuser:ann allow-from:X@A.example\ncheck-from\n",
	    ENV "user ann\n", FULL, NULL, NULL, NULL },
};

static int
run(struct fix_mail *m, const char *rules, const char *env, const char *header,
    struct buf b[3])
{
	static struct fix_site site;
	struct rulesearch f;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_fix, rules);
	int i, r;

	for (i = 0; i < 3; i++)
		buf_clear(&b[i]);
	is_str(buf_data(&t.faults), "", rules);
	rulesearch_load(&f, &l);
	site.me = "me.example";
	site.rules = &l;
	site.loaded = &f;
	if (site.keys == NULL)
		site.keys = &keys;
	buf_puts(&b[0], env);
	buf_puts(&b[1], header);
	m->now = 1795305600; /* 2026-11-22 00:00 */
	m->env = &b[0];
	m->header = &b[1];
	m->front = &b[2];
	site.add_from = m->long_header == 2;
	m->long_header = m->long_header == 1;
	r = fix_message(&site, m);
	for (i = 0; i < 3; i++)
		buf_putc(&b[i], '\0');
	memtable_free(&t);
	return r;
}

/* the line of the id, which every message gets, taken out again: its value */
static const char *
take_uuid(char *env)
{
	static char id[TOKEN_ID_MAX + 1];
	char *p = strstr(env, "\nuuid "), *e;

	id[0] = '\0';
	if (p == NULL || (e = strchr(p + 1, '\n')) == NULL)
		return id;
	snprintf(id, sizeof id, "%.*s", (int)(e - p - 6), p + 6);
	memmove(p, e, strlen(e) + 1);
	return id;
}

static void
table(void)
{
	struct buf b[3] = { 0 };
	const char *id;
	unsigned i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fix_mail m = { 0 };
		int r =
		    run(&m, cases[i].rules, cases[i].env, cases[i].header, b);

		is_num(r, cases[i].text == NULL ? FIX_PASS : FIX_PERM,
		    "verdict");
		if (r != FIX_PASS || cases[i].text != NULL) {
			is_str(m.text == NULL ? "" : m.text,
			    cases[i].text == NULL ? "" : cases[i].text, "text");
			continue;
		}
		id = take_uuid(buf_data(&b[0]));
		ok(token_id_good(id, strlen(id)), "it has an id");
		is_str(buf_data(&b[0]),
		    cases[i].env_after == NULL ? cases[i].env
					       : cases[i].env_after,
		    "envelope");
		is_str(buf_data(&b[1]),
		    cases[i].header_after == NULL ? cases[i].header
						  : cases[i].header_after,
		    "header");
		is_num(m.changed, cases[i].header_after != NULL, "changed");
		is_str(buf_data(&b[2]), "", "nothing in front");
	}
}

static const struct {
	const char *rules, *env, *header, *id;
	int long_header;
} ids[] = {
	{ "", ENV, "X-Uuid: u7\n" FULL, "u7", 0 },
	{ "remove:X-Uuid\n", ENV, "X-Uuid: u7\n" FULL, "u7", 0 },
	{ "message-id\n", ENV "uuid k3\n", "X-Uuid: u7\n" FULL, "k3", 0 },
	{ "", ENV "uuid K3\n", "X-Uuid: u7\n" FULL, "u7", 0 },
	{ "", ENV "uuid a b\n", "X-Uuid: u7\n" FULL, "u7", 0 },
	{ "", ENV "uuid k3\ntag a=b\nuuid k4\n", FULL, "k4", 0 },
	{ "", ENV, "X-Uuid: u7\n" FULL, "u7", 1 },
};

/* one id, in the envelope as in what is made of it */
static void
uuid(void)
{
	static struct buf b[3];
	struct token t;
	unsigned i;
	char *p;

	for (i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct fix_mail m = { .long_header = ids[i].long_header };

		run(&m, ids[i].rules, ids[i].env, ids[i].header, b);
		is_str(take_uuid(buf_data(&b[0])), ids[i].id, ids[i].env);
		is_str(take_uuid(buf_data(&b[0])), "", "one line");
	}
	for (i = 0; i < 2; i++) {
		struct fix_mail m = { 0 };

		run(&m, "message-id return-path:r.example\n", ENV,
		    i == 0 ? FULL : "X-Uuid: u7\n" FULL, b);
		p = strchr(buf_data(&b[0]), ' ') + 1;
		is_num(token_check(&keys, p, strcspn(p, "\n"), 20779, 0, &t),
		    TOKEN_GOOD, "a return path");
		is_str(take_uuid(buf_data(&b[0])), t.id, "of the same id");
		p = strstr(buf_data(&b[1]), "Message-ID: <");
		ok(p != NULL && strncmp(p + 13, t.id, strlen(t.id)) == 0 &&
			p[13 + strlen(t.id)] == '@',
		    "as the Message-ID");
	}
}

static void
tokens(void)
{
	struct buf b[3] = { 0 };
	struct fix_mail m = { 0 };
	struct token t;
	char *p;

	run(&m, "return-path:r.example verp\n", ENV, FULL, b);
	p = strchr(buf_data(&b[0]), ' ') + 1;
	is_num(token_check(&keys, p, strcspn(p, "\n"), 20779, 0, &t),
	    TOKEN_GOOD, "a return path");
	is_str(t.rcpt, "r@b.example", "with the recipient");
	run(&m, "return-path:r.example verp\n",
	    "from s@a.example\nto Firstname.Lastname@some-company.example\n",
	    FULL, b);
	p = strchr(buf_data(&b[0]), ' ') + 1;
	is_num(token_check(&keys, p, strcspn(p, "\n"), 20779, 0, &t),
	    TOKEN_GOOD, "one too long");
	is_str(t.rcpt, "", "is not named");
	is_num(token_is_rcpt(&keys, &t,
		   "firstname.lastname@some-company.example"),
	    1, "but bound");
	run(&m, "return-path:r.example\n",
	    "from s@a.example\nto Firstname.Lastname@some-company.example\n",
	    FULL, b);
	p = strchr(buf_data(&b[0]), ' ') + 1;
	token_check(&keys, p, strcspn(p, "\n"), 20779, 0, &t);
	is_str(t.bound, "", "and not without verp");
	run(&m, "return-path:r.example\n", ENV, FULL, b);
	p = strchr(buf_data(&b[0]), ' ') + 1;
	is_num(token_check(&keys, p, strcspn(p, "\n"), 20779, 0, &t),
	    TOKEN_GOOD, "one");
	is_str(t.rcpt, "", "without");
	run(&m, "return-path:r.example verp\n", ENV "to x@y.example\n", FULL,
	    b);
	p = strchr(buf_data(&b[0]), ' ') + 1;
	is_num(token_check(&keys, p, strcspn(p, "\n"), 20779, 0, &t),
	    TOKEN_GOOD, "several recipients");
	is_str(t.rcpt, "", "one return path");
	is_str(t.bound, "", "bound to none of them");
	run(&m,
	    "list-unsubscribe:https://u.example/u/ mailto:u@example.org one-click\n",
	    ENV "tag list=news\n", FULL, b);
	p = strstr(buf_data(&b[1]), "https://");
	is_num(token_check(&keys, p, strcspn(p, ">"), 20779, 0, &t), TOKEN_GOOD,
	    "in an URL");
	is_str(t.list, "news", "with the list");
	p = strstr(buf_data(&b[1]), "mailto:");
	ok(strncmp(p, "mailto:u@example.org?subject=u1.", 32) == 0,
	    "in a mailto");
	is_num(token_check(&keys, p, strcspn(p, ">"), 20779, 0, &t), TOKEN_GOOD,
	    "as good");
	ok(strstr(p, "\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n") !=
		NULL,
	    "with one click");
	keys.n = 0;
	is_num(run(&m, "return-path:r.example\n", ENV, FULL, b), FIX_TEMP,
	    "no key");
	is_str(m.text, "4.3.5 no key to sign with", "it is said");
	is_num(run(&m, "list-unsubscribe:https://u.example/\n", ENV, FULL, b),
	    FIX_TEMP, "the same");
	is_num(run(&m, "list-unsubscribe:https://u.example/%{uuid}\n", ENV,
		   FULL, b),
	    FIX_PASS, "none is needed");
	keys.n = 1;
}

static void
odd(void)
{
	static struct buf b[3];
	struct fix_mail m = { .long_header = 2 };
	struct memtable t = { .broken = 1 };
	struct lookup l = { memtable_get, &t };
	struct rulesearch f;
	struct fix_site site = { .me = "m", .rules = &l, .loaded = &f };

	run(&m, "", ENV, "Message-ID: <m@x>\nDate: d\n", b);
	is_str(buf_data(&b[1]),
	    "Message-ID: <m@x>\nDate: d\nFrom: s@a.example\n",
	    "From, when asked for");
	m = (struct fix_mail){ .long_header = 2 };
	run(&m, "", "from \n", "Message-ID: <m@x>\nDate: d\n", b);
	is_num(m.changed, 0, "not of the null sender");
	/* a header of which only a part is there */
	m = (struct fix_mail){ .long_header = 1 };
	is_num(run(&m, "add:\"X: y\" prio:3\n", ENV, "A: b\n", b), FIX_PASS,
	    "a long header");
	is_str(buf_data(&b[1]), "A: b\n", "stays");
	take_uuid(buf_data(&b[0]));
	is_str(buf_data(&b[0]), ENV "prio 3\n", "the envelope does not");
	m = (struct fix_mail){ .long_header = 1 };
	run(&m, "seven-bit\n", ENV, FULL, b);
	is_num(m.seven_bit, 0, "nor is its body made 7bit");
	m = (struct fix_mail){ .long_header = 0 };
	run(&m, "from:@b.example seven-bit\n", ENV, FULL, b);
	is_num(m.seven_bit, 0, "not without a rule");
	run(&m, "seven-bit\n", ENV, FULL, b);
	is_num(m.seven_bit && !m.changed, 1, "with one");
	m = (struct fix_mail){ .long_header = 1 };
	is_num(run(&m, "allow-from:@a.example check-from\n", ENV, FULL, b),
	    FIX_PERM, "cannot be checked");
	rulesearch_load(&f, &l);
	m = (struct fix_mail){ .env = &b[0], .header = &b[1], .front = &b[2] };
	is_num(fix_message(&site, &m), FIX_TEMP, "a damaged table");
	is_str(m.text, "4.3.5 the table fix is damaged", "is said");
}

/* an URL, a tag: at the limit and above */
static void
limits(void)
{
	static struct buf b[3];
	struct fix_mail m = { 0 };
	char rules[2000], *p;
	unsigned n;

	for (n = FIX_URL_MAX; n <= FIX_URL_MAX + 1; n++) {
		p = rules +
		    sprintf(rules, "list-unsubscribe:https://u.example/%%{me}");
		/* https://u.example/ and me.example are 28 bytes */
		memset(p, 'x', n - 28);
		strcpy(p + n - 28, "%{uuid}\n");
		run(&m, rules, ENV, "X-Uuid:\n" FULL, b);
		is_num(strstr(buf_data(&b[1]), "List-Unsub") != NULL,
		    n + TOKEN_ID_LEN <= FIX_URL_MAX, "URL too long");
		strcpy(p + n - 28 - 16, "%{uuid}\n");
		run(&m, rules, ENV, FULL, b);
		is_num(strstr(buf_data(&b[1]), "List-Unsub") != NULL,
		    n == FIX_URL_MAX, "URL");
	}
	for (n = FIX_TAG_MAX; n <= FIX_TAG_MAX + 1; n++) {
		p = rules + sprintf(rules, "* tag:a=");
		memset(p, 'x', n);
		strcpy(p + n, "\n");
		run(&m, rules, "", FULL, b);
		take_uuid(buf_data(&b[0]));
		is_num(strlen(buf_data(&b[0])), FIX_TAG_MAX + 7, "tag");
	}
	for (n = FIX_KEY_MAX; n <= FIX_KEY_MAX + 1; n++) {
		p = rules + sprintf(rules, "* set-key:");
		memset(p, 'x', n);
		strcpy(p + n, "\n");
		is_num(run(&m, rules, "", FULL, b),
		    n == FIX_KEY_MAX ? FIX_PASS : FIX_PERM, "a key");
	}
}

int
main(void)
{
	table();
	uuid();
	tokens();
	odd();
	limits();
	return done();
}

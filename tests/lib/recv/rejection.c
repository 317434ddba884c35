/* the event of a refusal: who it was, what he asked, what he is told */
#include "recv/rejection.h"
#include "base/fd.h"
#include "tap.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

static int pipe_[2]; /* what is written on 2 */
static struct inbound *in;

/* the events since the last call, without what all have, a line each */
static const char *
told(void)
{
	static char all[65536], out[65536];
	char *p, *e, *prog;
	ssize_t n = read(pipe_[0], all, sizeof all - 1);

	all[n > 0 ? n : 0] = '\0';
	out[0] = '\0';
	for (p = all; (e = strchr(p, '\n')) != NULL; p = e + 1) {
		*e = '\0';
		prog = strstr(p, "\tprog:");
		if (strstr(p, "\tev:rejected\t") == NULL || prog == NULL)
			strcat(out, "another event");
		else
			strcat(out, strchr(prog + 1, '\t') + 1);
		strcat(out, "\n");
	}
	return out;
}

/* a session, the command that is refused, and the reply */
static const struct {
	const char *name;
	const char *ip, *client, *helo; /* NULL: not known */
	const char *env;                /* of its letter, NULL: none */
	enum smtpin_verb verb;
	const char *address, *arg; /* address NULL: it is none */
	struct smtpin_reply reply;
	const char *told;
} cases[] = {
	{ "nothing is known", NULL, NULL, NULL, NULL, SMTPIN_V_NONE, NULL, "",
	    { 421, NULL, "bye" }, "code:421\ttext:bye\n" },
	{ "who it is", "192.0.2.1", "c.example", "h", NULL, SMTPIN_V_NONE, NULL,
	    "", { 421, "4.3.2", "bye" },
	    "client:192.0.2.1\tclient-name:c.example\thelo:h\tcode:421\t"
	    "esc:4.3.2\ttext:bye\n" },
	{ "an IPv6 client", "2001:db8::1", NULL, NULL, NULL, SMTPIN_V_NONE,
	    NULL, "", { 421, NULL, "bye" },
	    "client:2001:db8::1\tcode:421\ttext:bye\n" },
	{ "a sender", "192.0.2.1", NULL, NULL, NULL, SMTPIN_V_MAIL,
	    "a@b.example", "<a@b.example> SIZE=1", { 552, "5.3.4", "no" },
	    "client:192.0.2.1\tfrom:a@b.example\tcode:552\tesc:5.3.4\t"
	    "text:no\n" },
	{ "the null sender", "192.0.2.1", NULL, NULL, NULL, SMTPIN_V_MAIL, "",
	    "<>", { 550, NULL, "no" },
	    "client:192.0.2.1\tfrom:<>\tcode:550\ttext:no\n" },
	{ "what is no address", "192.0.2.1", NULL, NULL, NULL, SMTPIN_V_MAIL,
	    NULL, "a\tb", { 501, NULL, "no" },
	    "client:192.0.2.1\tfrom:a\\tb\tcode:501\ttext:no\n" },
	{ "a recipient", "192.0.2.1", NULL, NULL, "from a@b.example\n",
	    SMTPIN_V_RCPT, "c@d.example", "<c@d.example>",
	    { 550, "5.7.1", "no" },
	    "client:192.0.2.1\tfrom:a@b.example\tto:c@d.example\tcode:550\t"
	    "esc:5.7.1\ttext:no\n" },
	{ "one of the null sender", "192.0.2.1", NULL, NULL, "from\nto x@y\n",
	    SMTPIN_V_RCPT, "c@d.example", "<c@d.example>", { 550, NULL, "no" },
	    "client:192.0.2.1\tfrom:\tto:c@d.example\tcode:550\ttext:no\n" },
	{ "one without a sender", "192.0.2.1", NULL, NULL, NULL, SMTPIN_V_RCPT,
	    "c@d.example", "<c@d.example>", { 503, NULL, "no" },
	    "client:192.0.2.1\tto:c@d.example\tcode:503\ttext:no\n" },
	{ "a recipient that is none", "192.0.2.1", NULL, NULL, "from a@b\n",
	    SMTPIN_V_RCPT, NULL, "<\303\244", { 501, NULL, "no" },
	    "client:192.0.2.1\tfrom:a@b\tto:<\303\244\tcode:501\ttext:no\n" },
	{ "another command", "192.0.2.1", NULL, NULL, "from a@b\nto c@d\n",
	    SMTPIN_V_OTHER, NULL, "x", { 500, "5.5.2", "what" },
	    "client:192.0.2.1\tfrom:a@b\tcode:500\tesc:5.5.2\ttext:what\n" },
	{ "a second sender", "192.0.2.1", NULL, NULL, "from a@b\n",
	    SMTPIN_V_MAIL, "c@d", "<c@d>", { 503, NULL, "no" },
	    "client:192.0.2.1\tfrom:c@d\tcode:503\ttext:no\n" },
	{ "the message", "192.0.2.1", NULL, NULL, "from a@b\n", SMTPIN_V_NONE,
	    NULL, NULL, { 554, "5.6.0", "two\nlines" },
	    "client:192.0.2.1\tfrom:a@b\tcode:554\tesc:5.6.0\t"
	    "text:two\\nlines\n" },
	{ "a name with a control byte", "192.0.2.1", NULL, "h\033", NULL,
	    SMTPIN_V_NONE, NULL, "", { 421, NULL, "bye" },
	    "client:192.0.2.1\thelo:h\\x1b\tcode:421\ttext:bye\n" },
};

/* each case is of a client of its own for the count of refusals */
static void
client(struct session *s, const char *ip, unsigned n)
{
	memset(s, 0, sizeof *s);
	s->in = in;
	s->ip[10] = s->ip[11] = 0xff;
	s->ip[15] = (unsigned char)n;
	if (ip == NULL)
		return;
	s->known = 1;
	if (inet_pton(AF_INET6, ip, s->ip) != 1)
		inet_pton(AF_INET, ip, s->ip + 12);
}

static void
table(void)
{
	static struct session_more more;
	static struct session s;
	static struct incoming letter;
	struct smtpin_event ev;
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		client(&s, cases[i].ip, 200);
		s.more = &more;
		more.name = (char *)cases[i].client;
		s.helo = (char *)cases[i].helo;
		buf_clear(&letter.item.env);
		if (cases[i].env != NULL) {
			buf_puts(&letter.item.env, cases[i].env);
			s.letter = &letter;
		}
		memset(&ev, 0, sizeof ev);
		ev.verb = cases[i].verb;
		if (cases[i].arg != NULL) {
			ev.arg = cases[i].arg;
			ev.arglen = strlen(ev.arg);
		}
		if (cases[i].address != NULL) {
			ev.address.text = cases[i].address;
			ev.address.len = strlen(cases[i].address);
		}
		rejection_log(&s, cases[i].arg == NULL ? NULL : &ev,
		    &cases[i].reply);
		is_str(told(), cases[i].told, cases[i].name);
		/* the count begins anew */
		refused_end(&in->refused);
	}
	buf_free(&letter.item.env);
}

/* how many of n are told one by one */
static unsigned
of(const char *suffix, unsigned which, unsigned n)
{
	static const struct smtpin_reply r = { 550, NULL, "no" };
	static struct session s;
	unsigned lines = 0;
	const char *p;

	client(&s, "192.0.2.9", 0);
	s.ip[14] = (unsigned char)which;
	s.suffix = (char *)suffix;
	while (n-- > 0) {
		rejection_log(&s, NULL, &r);
		for (p = told(); (p = strchr(p, '\n')) != NULL; p++)
			lines++;
	}
	return lines;
}

static void
limits(void)
{
	enum { MAX = REFUSALS_ADDRESS_MAX };

	refused_end(&in->refused);
	told();
	is_num(of(NULL, 1, MAX), MAX, "a stranger's refusals");
	is_num(of(NULL, 1, 2), 0, "are not told without end");
	is_num(of("", 2, MAX + 1), MAX + 1, "those of our own are");
	refused_end(&in->refused);
	is_str(told(),
	    "client:192.0.1.9\tcount:2\tcode:550\t"
	    "text:refusals that were not told one by one\n",
	    "but counted");
}

static void
logins(void)
{
	static const struct smtpin_reply r = { 535, "5.7.8", "wrong" };
	static struct session_more more;
	static struct session s;

	client(&s, "192.0.2.1", 0);
	rejection_login(&s, "ann", &r);
	is_str(told(),
	    "client:192.0.2.1\tlogin:ann\tcode:535\tesc:5.7.8\t"
	    "text:wrong\n",
	    "who could not log in");
	rejection_login(&s, "", &r);
	is_str(told(), "client:192.0.2.1\tcode:535\tesc:5.7.8\ttext:wrong\n",
	    "nobody knows who");
	s.more = &more;
	more.login = (char *)"bob";
	rejection_log(&s, NULL, &r);
	is_str(told(),
	    "client:192.0.2.1\tuser:bob\tcode:535\tesc:5.7.8\t"
	    "text:wrong\n",
	    "who has logged in");
	refused_end(&in->refused);
}

int
main(void)
{
	if (pipe(pipe_) == -1 || dup2(pipe_[1], 2) == -1)
		return 111;
	fd_nonblock(pipe_[0]);
	in = calloc(1, sizeof *in);
	table();
	logins();
	limits();
	return done();
}

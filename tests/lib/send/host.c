/*
 * Lists of hosts, walked to the end: send/host.  Whoever is said to be going
 * is a socket that has been asked to connect; whether it does is not seen
 * here.
 */
#include "send/host.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* the next host, and connect to it */
static enum sendhost_step
step_to(struct sendhost *h, const char *list, const struct sendsite *to,
    struct deadhost *dead, int64_t now_ms, int *fd)
{
	enum sendhost_step step = sendhost_next(h, list, to, dead, now_ms);

	return step == SENDHOST_GOING ? sendhost_dial(h, to, fd) : step;
}

/* every step of the list, and what is known of the host or its failure */
static const char *
walk(const char *list, const struct sendsite *site, struct deadhost *dead,
    int64_t now_ms)
{
	static const char *const name[] = { "going", "skipped", "refused",
		"local", "none" };
	static char t[2000];
	struct sendhost h = { 0 };
	enum sendhost_step step;
	size_t n = 0;
	int fd = -1;

	do {
		step = step_to(&h, list, site, dead, now_ms, &fd);
		n += snprintf(t + n, sizeof t - n, "%s", name[step]);
		if (step == SENDHOST_GOING) {
			n += snprintf(t + n, sizeof t - n, " %s %s, ", h.name,
			    h.ip);
			close(fd);
		} else if (step != SENDHOST_NONE) {
			n += snprintf(t + n, sizeof t - n, " %s %s: %s, ",
			    h.fail->class, h.fail->esc, h.fail->text);
		}
	} while (step != SENDHOST_NONE && step != SENDHOST_LOCAL);
	sendhost_free(&h);
	return t;
}

static void
lists(void)
{
	static const struct {
		const char *list, *want;
	} c[] = {
		{ "", "none" },
		{ "  ", "none" },
		{ "a/25/127.0.0.1", "going a 127.0.0.1, none" },
		{ " a/25/127.0.0.1  b/26/127.0.0.2 ",
		    "going a 127.0.0.1, going b 127.0.0.2, none" },
		{ "a b/25/127.0.0.1",
		    "skipped local 4.3.5: unusable host in mx, "
		    "going b 127.0.0.1, none" },
		{ "a/25/a.example a/65536/127.0.0.1",
		    "skipped local 4.3.5: unusable host in mx, "
		    "skipped local 4.3.5: unusable host in mx, none" },
		{ "a/0//nowhere/at/all b/25/127.0.0.1",
		    "refused connect 4.4.1: unable to connect: "
		    "No such file or directory, going b 127.0.0.1, none" },
	};
	struct deadhost dead = { .first_ms = 1000, .max_ms = 1000 };
	struct sendsite site = { 0 };
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++)
		is_str(walk(c[i].list, &site, &dead, 0), c[i].want, c[i].list);
	deadhost_free(&dead);
}

/* an address that this machine does not have, as the source */
static void
sources(void)
{
	struct deadhost dead = { .first_ms = 1000, .max_ms = 1000 };
	struct sendsite site = { 0 };
	char want[200];

	dial_scan_ip("192.0.2.1", 9, &site.bind);
	snprintf(want, sizeof want,
	    "skipped source 4.3.0: unable to bind 192.0.2.1: %s, none",
	    strerror(EADDRNOTAVAIL));
	is_str(walk("a/25/127.0.0.1", &site, &dead, 0), want,
	    "our own address is named");
	ok(dead.e == NULL, "and no host is remembered for it");
	is_str(walk("a/0//nowhere", &site, &dead, 0),
	    "refused connect 4.4.1: unable to connect: "
	    "No such file or directory, none",
	    "a socket in the file system has no source");
	deadhost_free(&dead);
}

/* as if the first host of the list had not been reached */
static void
fail_first(const char *list, const struct sendsite *site, struct deadhost *dead,
    int64_t now_ms)
{
	struct sendhost h = { 0 };
	int fd;

	if (step_to(&h, list, site, dead, now_ms, &fd) == SENDHOST_GOING)
		close(fd);
	sendhost_fail(&h, "connect", "4.4.1", "%s%s", "time", "out");
	sendhost_failed(&h, site, dead, now_ms);
	sendhost_free(&h);
}

static void
memory(void)
{
	static const char list[] = "a/25/127.0.0.1 b/26/127.0.0.1";
	static const char both[] = "going a 127.0.0.1, going b 127.0.0.1, none";
	static const char second[] =
	    "skipped connect 4.4.1: timeout, going b 127.0.0.1, none";
	struct deadhost dead = {
		.first_ms = 1000, .max_ms = 4000, .probe_ms = 100
	};
	struct sendsite site = { 0 }, other = { 0 };
	struct sendhost h = { 0 };
	int fd;

	dial_scan_ip("127.0.0.9", 9, &other.bind);
	fail_first(list, &site, &dead, 0);
	is_str(walk(list, &site, &dead, 999), second, "dead, but for its port");
	is_str(walk(list, &other, &dead, 999), both,
	    "it may be there for another source");
	is_str(walk(list, &site, &dead, 1000), both, "one probe");
	is_str(walk(list, &site, &dead, 1001), second, "and no other yet");
	fail_first("x/25/127.0.0.1", &site, &dead, 1100);
	is_str(walk(list, &site, &dead, 3099), second,
	    "the name is nothing; it has failed again: twice as long");
	is_str(walk(list, &site, &dead, 3100), both, "then the next probe");
	if (step_to(&h, list, &site, &dead, 3200, &fd) == SENDHOST_GOING)
		close(fd);
	sendhost_alive(&h, &site, &dead);
	is_str(walk(list, &site, &dead, 3201), both, "alive");
	is_str(walk(list, &site, &dead, 3201), both, "for everybody");
	sendhost_free(&h);
	fail_first("a/0//nowhere", &site, &dead, 5000);
	is_str(walk("a/0//nowhere", &site, &dead, 5001),
	    "refused connect 4.4.1: unable to connect: "
	    "No such file or directory, none",
	    "a socket in the file system is not remembered");
	deadhost_free(&dead);
}

/* what a host says of itself is never the end of a message */
static void
replies(void)
{
	static const struct {
		const char *reply, *esc, *text;
		unsigned code;
	} c[] = {
		{ "554 no mail here\r\n", "4.0.0", "554 no mail here", 554 },
		{ "554 5.7.1 go away\r\n", "4.7.1", "554 5.7.1 go away", 554 },
		{ "421-4.3.2 not\r\n421 4.3.2 now\r\n", "4.3.2",
		    "421 4.3.2 not now", 421 },
	};
	struct sendhost h = { 0 };
	struct reply re;
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		ok(reply_parse(c[i].reply, strlen(c[i].reply), &re) > 0,
		    "a reply");
		sendhost_fail_reply(&h, "greeting", &re);
		is_num(h.fail->code, c[i].code, "code");
		is_str(h.fail->esc, c[i].esc, "not for good");
		is_str(h.fail->text, c[i].text, "text");
	}
	is_str(h.fail->class, "greeting", "class");
	sendhost_free(&h);
	ok(h.fail == NULL && h.name == NULL && h.at == 0, "nothing is left");
}

/* the host of the first word: in which other lists is it? */
static void
listed(void)
{
	static const struct sendsite site;
	struct sendhost h = { 0 };
	struct deadhost dead = { 0 };
	int fd = -1;

	ok(!sendhost_listed(&h, "a/25/127.0.0.1"), "no host is in no list");
	step_to(&h, "a/25/127.0.0.1 b/25/127.0.0.1", &site, &dead, 1, &fd);
	close(fd);
	ok(sendhost_listed(&h, "a/25/127.0.0.1"), "alone");
	ok(sendhost_listed(&h, "c/25/127.0.0.3  a/25/127.0.0.1 "), "behind");
	ok(!sendhost_listed(&h, ""), "none");
	ok(!sendhost_listed(&h, "b/25/127.0.0.1"), "another name");
	ok(!sendhost_listed(&h, "a/26/127.0.0.1"), "another port");
	ok(!sendhost_listed(&h, "a/25/127.0.0.11"), "a longer word");
	ok(!sendhost_listed(&h, "aa/25/127.0.0.1 a/25/127.0.0."),
	    "parts of words");
	sendhost_free(&h);
}

/* once more to the same, though it is remembered as dead */
static void
again(void)
{
	static const char list[] = "a/25/127.0.0.1 b/0//nowhere";
	struct deadhost dead = { .first_ms = 1000, .max_ms = 1000 };
	unsigned char key[SENDHOST_KEY], other[SENDHOST_KEY];
	struct sendsite site = { 0 };
	struct sendhost h = { 0 };
	int fd = -1;

	ok(!sendhost_key(&h, &site, key), "no host has no key");
	step_to(&h, list, &site, &dead, 1, &fd);
	close(fd);
	ok(sendhost_key(&h, &site, key), "one has");
	sendhost_fail(&h, "connect", "4.4.1", "%s%s", "time", "out");
	sendhost_failed(&h, &site, &dead, 1);
	is_num(sendhost_dial(&h, &site, &fd), SENDHOST_GOING, "again");
	close(fd);
	is_str(h.name, "a", "the same");
	ok(sendhost_key(&h, &site, other) &&
		memcmp(key, other, sizeof key) == 0,
	    "by the same key");
	dial_scan_ip("127.0.0.9", 9, &site.bind);
	ok(sendhost_key(&h, &site, other) &&
		memcmp(key, other, sizeof key) != 0,
	    "another source is another");
	is_num(step_to(&h, list, &site, &dead, 2, &fd), SENDHOST_REFUSED,
	    "then the next in the list");
	ok(!sendhost_key(&h, &site, key), "which is none of the network");
	is_num(sendhost_dial(&h, &site, &fd), SENDHOST_REFUSED, "and again");
	sendhost_free(&h);
	deadhost_free(&dead);
}

/* what is final of one host is so for the message when it is of all */
static void
finals(void)
{
	struct sendhost h = { 0 };

	ok(!sendhost_is_final(&h), "nothing yet");
	sendhost_fail_final(&h, "tls", "5.7.10", "%s%s", "no", "");
	ok(sendhost_is_final(&h), "one, for good");
	is_num(h.fail->code, 550, "code");
	sendhost_fail_final(&h, "tls", "5.7.30", "%s%s", "no", "");
	ok(sendhost_is_final(&h), "two");
	sendhost_fail(&h, "connect", "4.4.1", "%s%s", "no", "");
	ok(!sendhost_is_final(&h), "the third may yet do");
	sendhost_fail_final(&h, "tls", "5.7.10", "%s%s", "no", "");
	ok(!sendhost_is_final(&h), "whatever comes behind it");
	sendhost_free(&h);
	ok(!sendhost_is_final(&h), "another message");
}

int
main(void)
{
	finals();
	lists();
	again();
	listed();
	sources();
	memory();
	replies();
	return done();
}

/* recv/headlook: the header of a message, in memory and in a file; who it says
 * that it is of */
#include "recv/headlook.h"
#include "cdbfile.h"
#include "tap.h"
#include <errno.h>
#include <stdlib.h>

static char dir[] = "/tmp/rohrpost-headlook.XXXXXX";
static struct incoming_store store;
static struct access *access_;
static struct buf room;

static struct incoming *
letter(const char *header, size_t body)
{
	static const char line[] = "0123456789012345678901234567890\n";
	struct incoming *l = incoming_new(&store, NULL);

	incoming_front(l, "Received: from x\n", 17);
	incoming_add(l, header, strlen(header));
	incoming_add(l, "\n", 1);
	for (; body > 32; body -= 32)
		incoming_add(l, line, 32);
	is_num(incoming_whole(l), 0, "whole");
	return l;
}

static const char *
says(const char *header, size_t body, const char *login)
{
	struct incoming *l = letter(header, body);
	const struct smtpin_reply *r;
	struct slice h;

	is_num(headlook_open(l, &room, &h), 0, "opened");
	is_num((long long)h.n, (long long)strlen(header) + 1, "all of it");
	r = headlook_senders(h, access_, "me.example", login);
	incoming_free(l);
	return r == NULL ? "yes" : r->text;
}

#define FROM "you may not write as the address in From"
#define SENDER "you may not write as the address in Sender"
#define UNCLEAR \
	"From or Sender has no address, or one that readers take " \
	"differently"

static const struct {
	const char *header, *want;
} cases[] = {
	{ "", "yes" },
	{ "Subject: x\n", "yes" },
	{ "From: a@b.example\n", "yes" },
	{ "from: Ann <A@B.Example>\n", "yes" },
	{ "From: =?utf-8?q?eve=40x.example?= <a@b.example>\n", "yes" },
	{ "From: \"x@c.example\" <a@b.example>\n", "yes" },
	{ "From: Ann\n <a@b.example>\n", "yes" },
	{ "From: \"a\"@b.example\n", "yes" },
	{ "From: ann\n", "yes" },
	{ "From: a@b.example, c@b.example\n", FROM },
	{ "From: c@b.example, a@b.example\n", FROM },
	{ "From: team: a@b.example, c@b.example;\n", FROM },
	{ "From: a@b.example\nFrom: a@b.example\n", "more than one From" },
	{ "From: a@b.example\nFROM : c@b.example\n", "more than one From" },
	{ "From: a@b.example\nSender: c@b.example\n", SENDER },
	{ "From: a@b.example\nSender: a@b.example\n", "yes" },
	{ "Sender: c@b.example\n", SENDER },
	{ "From:\n", UNCLEAR },
	{ "From: <>\n", UNCLEAR },
	{ "From: undisclosed:;\n", UNCLEAR },
	{ "From: <a@b.example> <c@b.example>\n", UNCLEAR },
	{ "From: x@c.example <a@b.example>\n", UNCLEAR },
	{ "From: a@b.example, x@c.example:;\n", UNCLEAR },
	{ "From: x@c.example:;, a@b.example\n", UNCLEAR },
	{ "From: <@c.example:a@b.example>\n", UNCLEAR },
	{ "Subject: x\n From: c@b.example\n", "yes" },
	{ "Subject: x\nno field\nFrom: c@b.example\n", FROM },
	{ "Reply-To: c@b.example\nFrom: a@b.example\n", "yes" },
};

static void
senders(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_str(says(cases[i].header, 0, "ann"), cases[i].want,
		    cases[i].header);
		is_str(says(cases[i].header, 100000, "ann"), cases[i].want,
		    "in a file");
	}
	is_str(says("From: c@b.example\n", 0, "all"), "yes", "as anybody");
}

static void
limit(void)
{
	char *header = malloc(HEADLOOK_MAX + 2);
	struct incoming *l;
	struct slice h;
	size_t n;

	memset(header, 'x', HEADLOOK_MAX + 1);
	memcpy(header, "Subject: ", 9);
	for (n = HEADLOOK_MAX; n <= HEADLOOK_MAX + 1; n++) {
		/* with its line end and the empty line */
		header[n - 2] = '\n';
		header[n - 1] = '\0';
		l = letter(header, 0);
		errno = 0;
		is_num(headlook_open(l, &room, &h), n == HEADLOOK_MAX ? 0 : -1,
		    "the longest, and one more");
		is_num(errno, n == HEADLOOK_MAX ? 0 : E2BIG, "why");
		incoming_free(l);
		header[n - 2] = 'x';
		header[n - 1] = 'x';
	}
	free(header);
}

static void
optional(void)
{
	static const struct {
		const char *header;
		const char *line; /* of the envelope; NULL: none */
		int yes;
	} t[] = {
		{ "Subject: x\n", NULL, 0 },
		{ "TLS-Required: No\n", NULL, 1 },
		{ "TLS-REQUIRED:no\n", NULL, 1 },
		{ "TLS-Required:\n \tno \n", NULL, 1 },
		{ "TLS-Required: Yes\n", NULL, 0 },
		{ "TLS-Required: No, really\n", NULL, 0 },
		{ "TLS-Required:\n", NULL, 0 },
		{ "TLS-Required: No\nTLS-Required: No\n", NULL, 0 },
		{ "TLS-Required: No\nTLS-Required: x\n", NULL, 0 },
		{ "X: a\n TLS-Required: No\n", NULL, 0 },
		{ "TLS-Required: No\n", "requiretls", 0 },
		{ "TLS-Required: No\n", "tls-optional", 0 },
		{ "TLS-Required: No\n", "requiretlsx", 1 },
	};
	struct incoming *l;
	size_t i, body;
	char *big;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		for (body = 0; body <= 200000; body += 200000) {
			l = letter(t[i].header, body);
			if (t[i].line != NULL)
				incoming_line(l, t[i].line, "1", 1);
			is_num(headlook_tls_optional(l, &room), t[i].yes,
			    t[i].header);
			incoming_free(l);
		}
	big = malloc(HEADLOOK_MAX + 100);
	strcpy(big, "TLS-Required: No\nX: ");
	memset(big + 20, 'x', HEADLOOK_MAX);
	strcpy(big + HEADLOOK_MAX - 2, "\n");
	l = letter(big, 0);
	is_num(headlook_tls_optional(l, &room), 1, "as long as it may be");
	incoming_free(l);
	strcpy(big + HEADLOOK_MAX - 2, "x\n");
	l = letter(big, 0);
	is_num(headlook_tls_optional(l, &room), 0, "a byte more");
	incoming_free(l);
	free(big);
}

int
main(void)
{
	char path[64];

	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	store.dir = dir;
	store.share.pool[SHARE_MEMORY].max = 1 << 20;
	store.share.pool[SHARE_FILES].max = 1 << 20;
	cdbfile(dir, &conffile_senders,
	    "ann a@b.example ann@me.example\nall *\n");
	access_ = calloc(1, sizeof *access_);
	access_open(access_, dir, "me.example", NULL, 1);
	access_open_senders(access_, dir);
	senders();
	limit();
	optional();
	is_num((long long)store.share.pool[SHARE_MEMORY].used, 0,
	    "nothing is held");
	buf_free(&room);
	snprintf(path, sizeof path, "%s/senders.cdb", dir);
	unlink(path);
	is_num(rmdir(dir), 0, "no file is left");
	return done();
}

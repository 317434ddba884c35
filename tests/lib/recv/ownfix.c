/* our own people's mail completed where it is received, or left to the link */
#include "base/cdbwrite.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/fd.h"
#include "recv/ownfix.h"
#include "tap.h"
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-ownfix.XXXXXX", path[64], temp[64];
static struct incoming_store store = { .share.pool = { [SHARE_MEMORY].max = 8
					       << 20,
					   [SHARE_FILES].max = 8 << 20 },
	.dir = dir };
static struct ownfix own;

/* fix.cdb with these kinds of rules; NULL: none that can be read */
static void
put_table(const char *kinds)
{
	struct cdbwrite w = { .n = 0 };
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (kinds != NULL && *kinds != '\0')
		cdbwrite_add(&w, "=kinds", 6, kinds, strlen(kinds));
	cdbwrite_finish(&w);
	if (kinds != NULL &&
	    fd_write_all(fd, buf_data(&w.out), buf_len(&w.out)) == -1)
		abort();
	close(fd);
	rename(temp, path);
	cdbwrite_free(&w);
	poll(NULL, 0, TABLE_CHECK_MS + 20);
}

static enum ownfix_result
letter(const char *in, char *out, size_t cap)
{
	struct incoming *l = incoming_new(&store, NULL);
	enum ownfix_result r;
	struct buf *t;

	incoming_line(l, "from", "a@b.example", 11);
	incoming_front(l, "Received: x\n", 12);
	incoming_add(l, in, strlen(in));
	incoming_whole(l);
	r = ownfix_letter(&own, l);
	t = &l->item.text;
	snprintf(out, cap, "%.*s", (int)buf_len(t), buf_data(t));
	incoming_free(l);
	is_num(store.share.pool[SHARE_MEMORY].used, 0, "memory is given back");
	return r;
}

#define FULL "Date: d\nMessage-ID: <i>\n"

static const struct {
	const char *in, *out; /* NULL: as it is; @: the new fields */
} cases[] = {
	{ FULL "\nbody\n", NULL },
	{ FULL, NULL },
	{ FULL "\nBcc: text\n", NULL },
	{ FULL "Bcc: x\n y\nTo: z\nReturn-Path: r\n\nbody\n",
	    FULL "To: z@me.example\n\nbody\n" },
	{ "From: a@b.example\n\nbody\n", "From: a@b.example\n@\nbody\n" },
	{ "\nbody\n", "@\nbody\n" },
	{ "", "@" },
	{ "text\nDate: d\n", "@\ntext\nDate: d\n" },
};

/* the two new fields become an @ */
static void
shorten(char *s)
{
	char *d = strstr(s, "Date: "), *m = strstr(s, "Message-ID: <"), *e;

	if (d == NULL || m == NULL || m < d || strncmp(d, "Date: d", 7) == 0)
		return;
	e = strchr(m, '\n');
	*d = '@';
	memmove(d + 1, e + 1, strlen(e + 1) + 1);
}

int
main(void)
{
	static char *args[] = { "ownfix", NULL };
	char got[512], want[512], big[INCOMING_MEMORY_MAX + 1];
	size_t i;

	prog_init(args);
	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/fix.cdb", dir);
	snprintf(temp, sizeof temp, "%s/temp", dir);
	ownfix_open(&own, dir, "me.example");
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		is_num(letter(cases[i].in, got, sizeof got), OWNFIX_DONE,
		    cases[i].in);
		shorten(got);
		snprintf(want, sizeof want, "Received: x\n%s",
		    cases[i].out == NULL ? cases[i].in : cases[i].out);
		/* a first line that is none has got its empty line before */
		is_str(got, i == 7 ? "Received: x\n@\ntext\nDate: d\n" : want,
		    "what becomes of it");
	}
	memset(big, 'x', sizeof big - 1);
	memcpy(big, FULL "X:", sizeof FULL + 1);
	big[sizeof big - 1] = '\0';
	is_num(letter(big, got, sizeof got), OWNFIX_LINK, "one in a file");
	put_table("");
	is_num(letter("", got, sizeof got), OWNFIX_DONE, "no rules");
	put_table("*");
	is_num(letter(FULL, got, sizeof got), OWNFIX_LINK, "rules");
	unlink(path);
	poll(NULL, 0, TABLE_CHECK_MS + 20);
	is_num(letter("", got, sizeof got), OWNFIX_DONE, "taken away");
	put_table("=kinds that are too long to be any");
	is_num(letter(FULL, got, sizeof got), OWNFIX_LINK, "damaged");
	unlink(path);
	rmdir(dir);
	return done();
}

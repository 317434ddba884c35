/* a message to a chain, to an instance, or into its drop */
#include "base/die.h"
#include "base/fd.h"
#include "format/netstring.h"
#include "sendmail/handin.h"
#include "tap.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-handin.XXXXXX";
static struct handin h = { .dir = dir, .receipt_ms = 20000 };
static struct handin_parcel parcel;
static struct spool rest;

/* a parcel of a body of n bytes */
static void
make(size_t n)
{
	static char body[300000];
	struct buf env = { 0 };
	char size[32];

	memset(body, 'x', sizeof body);
	buf_clear(&parcel.out);
	buf_clear(&parcel.head);
	spool_free(&rest);
	needs(buf_puts(&env, "from a@b\nto c@d\n"));
	needs(buf_puts(&parcel.head, "A: b\n\n"));
	needs(parcel_head(&parcel.out, &env, buf_len(&parcel.head) + n));
	spool_add(&rest, body, n, 65536, "/tmp");
	needs(buf_putc(&rest.text, ','));
	snprintf(size, sizeof size, "%llu",
	    (unsigned long long)(buf_len(&parcel.out) + buf_len(&parcel.head) +
		spool_len(&rest)));
	setenv("SIZE", size, 1);
	parcel.rest = &rest;
	buf_free(&env);
}

/* all of a parcel is there, and nothing more */
static int
whole(const char *path, size_t n)
{
	char *text;
	const char *p;
	size_t len, size;
	long used;

	if (fd_slurp(path, 1 << 20, &text, &size) == -1)
		return 0;
	used = netstring_whole(text, size, 1 << 20, &p, &len);
	n += strlen("from a@b\nto c@d\n\nA: b\n\n");
	used = used == (long)size && len == n;
	free(text);
	return used;
}

#define SILENT "sh -c 'cat >/dev/null'"

/* chains that answer in their ways */
static const struct {
	const char *chain;
	int r, refused;
	const char *trouble, *answer;
} cases[] = {
	{ "sh -c 'head -c $SIZE >out; printf 5:Kabcd,'", 0, 0, "", "5:Kabcd," },
	{ "sh -c 'printf \"8:D5.7.1 x,\"; cat >/dev/null'", -1, 1,
	    "refused: 5.7.1 x", "8:D5.7.1 x," },
	{ "sh -c 'printf \"8:Z4.3.0 x,\"; cat >/dev/null'", -1, 0,
	    "not taken: 4.3.0 x", "8:Z4.3.0 x," },
	/* it does not read all, and says why */
	{ "printf '8:D5.3.4 x,'", -1, 1, "refused: 5.3.4 x", "8:D5.3.4 x," },
	{ "sh -c 'printf nonsense; cat >/dev/null'", -1, 0,
	    "the queue answers nonsense",
	    "32:Z4.3.0 no service takes mail now," },
	{ "true", -1, 0, "the queue has not taken the message",
	    "32:Z4.3.0 no service takes mail now," },
	{ SILENT, -1, 0, "the queue does not answer",
	    "32:Z4.3.0 no service takes mail now," },
	{ "unix:/nonexistent/socket", -1, 0,
	    "unable to reach the queue, unix:/nonexistent/socket: "
	    "No such file or directory",
	    "32:Z4.3.0 no service takes mail now," },
};

static void
chains(void)
{
	static const size_t sizes[] = { 0, 5, 300000 };
	struct buf b = { 0 };
	size_t i, k;
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		for (k = 0; k < 3; k++) {
			h.chain = cases[i].chain;
			h.trouble[0] = '\0';
			h.receipt_ms =
			    strcmp(h.chain, SILENT) == 0 ? 100 : 20000;
			make(sizes[k]);
			r = handin(&h, &parcel);
			is_num(r, cases[i].r, h.chain);
			is_num(h.refused, cases[i].refused, "for good");
			is_str(h.trouble, cases[i].trouble, "why");
			buf_clear(&b);
			needs(handin_answer(&h, r, &b));
			needs(buf_putc(&b, '\0'));
			is_str(buf_data(&b), cases[i].answer, "as a receipt");
			if (r == 0)
				ok(whole("out", sizes[k]), "all came there");
		}
	buf_free(&b);
	h.receipt_ms = 20000;
}

/* a body that cannot be read back is no message that is cut short */
static void
lost(void)
{
	char want[200];

	make(300000);
	is_num(ftruncate(rest.fd, 10), 0, "its file is cut");
	h.chain = cases[0].chain;
	is_num(handin(&h, &parcel), -1, "not handed in");
	ok(h.lost && !h.refused, "it is lost");
	snprintf(want, sizeof want, "unable to read the message: %s",
	    strerror(EIO));
	is_str(h.trouble, want, "why");
}

/* where an instance takes mail */
static void
sockets(void)
{
	char *argv[4], want[100];

	h.chain = NULL;
	is_num(handin_link(&h, argv), 0, "no drop, no socket");
	snprintf(want, sizeof want, "unix:%s/sock/inject.sock", dir);
	is_str(argv[0], want, "that of its queue");
	ok(argv[1] == NULL, "and no more");
	mkdir("sock", 0755);
	close(open("sock/submit.sock", O_CREAT | O_WRONLY, 0600));
	handin_link(&h, argv);
	snprintf(want, sizeof want, "unix:%s/sock/submit.sock", dir);
	is_str(argv[0], want, "one for us");
	unlink("sock/submit.sock");
	mkdir("drop", 0755);
	mkdir("drop/new", 0755);
	handin_link(&h, argv);
	is_str(argv[0], want, "also while it is gone");
	h.chain = "a b";
	handin_link(&h, argv);
	is_str(argv[0], "/bin/sh", "a command");
	is_str(argv[2], "exec a b", "of a shell");
}

/* files in the drop; path: the last of them */
static unsigned
dropped(char path[100])
{
	DIR *d = opendir("drop/new");
	struct dirent *e;
	unsigned n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.') {
			snprintf(path, 100, "drop/new/%.80s", e->d_name);
			n++;
		}
	if (d != NULL)
		closedir(d);
	return n;
}

/* nobody there: it is tried for a while, and then left in the drop */
static void
drops(void)
{
	char path[100], want[100];
	struct buf b = { 0 };

	h.chain = NULL;
	make(300000);
	is_num(handin(&h, &parcel), 0, "nobody takes it");
	is_num(dropped(path), 1, "it is in the drop");
	is_str(path + 9, h.dropped, "under its name");
	ok(whole(path, 300000), "all of it");
	needs(handin_answer(&h, 0, &b));
	needs(buf_putc(&b, '\0'));
	snprintf(want, sizeof want, "%zu:K%s,", strlen(h.dropped) + 1,
	    h.dropped);
	is_str(buf_data(&b), want, "which says that it is safe");
	unlink(path);
	rmdir("drop/new");
	rmdir("drop");
	is_num(handin(&h, &parcel), -1, "no drop either");
	is_str(h.dropped, "", "it is nowhere");
	is_num(h.refused, 0, "but may be later");
	buf_free(&b);
}

int
main(void)
{
	static char *args[] = { "handin", NULL };

	prog_init(args);
	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 111;
	spool_init(&rest);
	chains();
	lost();
	sockets();
	drops();
	spool_free(&rest);
	unlink("out");
	rmdir("sock");
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}

/* the other end of queue-run's control socket */
#include "queue/ask.h"
#include "base/fd.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ID "1j0qcho4p7000000011c"
#define ID2 "1j0qcho4p7000000011d"

enum { IDS_BYTES = 64 << 20 }; /* that are read of a descriptor */

static char dir[] = "/tmp/queue-ask.XXXXXX";
static int root, door;

/* a descriptor from which n bytes come, zeros behind the text */
static int
file_of(const char *text, size_t n)
{
	int fd = memfd_create("ask", MFD_CLOEXEC);

	if (fd == -1 || fd_write_all(fd, text, strlen(text)) == -1 ||
	    ftruncate(fd, n) == -1 || lseek(fd, 0, SEEK_SET) == -1)
		abort();
	return fd;
}

static void
listen_at(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/%s", root,
	    name);
	if (bind(door, (struct sockaddr *)&a, sizeof a) == -1 ||
	    listen(door, 5) == -1)
		abort();
}

/* is somebody there?  0, 1, or -1 for another reason */
static int
opened(void)
{
	struct ask a;
	int r = ask_open(&a, root);

	if (r == -1)
		return ask_nobody(errno) ? 0 : -1;
	close(accept(door, NULL, NULL));
	ask_close(&a);
	is_num(a.fd, -1, "closed");
	ask_close(&a);
	return 1;
}

/* longer than the path of a socket may be */
static char name[201];

static void
opening(void)
{

	is_num(opened(), 0, "no socket");
	listen_at("ctl");
	is_num(opened(), 1, "somebody is there");
	close(door);
	is_num(opened(), 0, "he has left his socket behind");
	unlinkat(root, "ctl", 0);
	memset(name, 'q', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	mkdirat(root, name, 0700);
	door = root;
	root = openat(door, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(door);
	listen_at("ctl");
	is_num(opened(), 1, "a queue with a long name");
	ok(!ask_nobody(EACCES) && !ask_nobody(ENOTDIR) && !ask_nobody(0),
	    "all else is trouble");
}

/* what the other side reads */
static const char *
heard(void)
{
	static char t[2 * CTLREQUEST_LINE_MAX];
	int c = accept(door, NULL, NULL);
	ssize_t n = read(c, t, sizeof t - 1);

	t[n < 0 ? 0 : n] = '\0';
	close(c);
	return t;
}

/* a request of so many bytes: 0, or -1 with errno */
static int
put_long(struct ask *a, size_t n)
{
	static char text[CTLREQUEST_LINE_MAX + 10];
	struct ctlrequest o = { .verb = CTLREQUEST_RETRY };

	n -= strlen("cmd:retry\tsel:from\targ:\n");
	memset(text, 'x', n);
	selector_add(&o.sel, SELECTOR_FROM, 0, text, n);
	return ask_put(a, &o, 0, 0);
}

static void
asking(void)
{
	struct ctlrequest o = { .verb = CTLREQUEST_HOLD };
	struct ask a;

	selector_ids(&o.sel, ID " " ID2, 41);
	ask_open(&a, root);
	is_num(ask_put(&a, &o, 0, 2), 0, "a request");
	is_str(heard(), "cmd:hold\tsel:id\targ:" ID " " ID2 "\n", "is heard");
	ask_close(&a);
	ask_open(&a, root);
	is_num(ask_put(&a, &o, 1, 1), 0, "a part of its ids");
	is_str(heard(), "cmd:hold\tsel:id\targ:" ID2 "\n", "is heard");
	ask_close(&a);
	ctlrequest_free(&o);

	ask_open(&a, root);
	is_num(put_long(&a, CTLREQUEST_LINE_MAX), 0, "a long one");
	is_num(strlen(heard()), CTLREQUEST_LINE_MAX, "is heard");
	ask_close(&a);
	ask_open(&a, root);
	errno = 0;
	is_num(put_long(&a, CTLREQUEST_LINE_MAX + 1), -1, "a longer one");
	is_num(errno, EMSGSIZE, "is not said");
	shutdown(a.fd, SHUT_WR);
	is_str(heard(), "", "nor any of it");
	ask_close(&a);
}

/* every line, and how it ended */
static const char *
lines(struct ask *a)
{
	static char t[1000];
	const char *line;
	size_t at = 0;
	ssize_t n;

	while ((n = ask_line(a, &line)) > 0)
		at +=
		    snprintf(t + at, sizeof t - at, "%.*s|", (int)n - 1, line);
	snprintf(t + at, sizeof t - at, "%d", (int)n);
	return t;
}

static void
answers(void)
{
	static const char text[] = "id:1\n\nid:2\nrest";
	struct ask a = { .fd = file_of(text, strlen(text)) };
	const char *p, *line;
	int s[2];

	is_str(lines(&a), "id:1||id:2|0", "lines, and a part of one");
	ask_close(&a);
	a = (struct ask){ .fd = file_of("", 0) };
	is_str(lines(&a), "0", "none");
	ask_close(&a);
	/* each byte comes by itself */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s) == -1)
		abort();
	for (p = text; *p != '\0'; p++)
		fd_write_all(s[1], p, 1);
	close(s[1]);
	a = (struct ask){ .fd = s[0] };
	is_str(lines(&a), "id:1||id:2|0", "byte by byte");
	ask_close(&a);

	/* longer than what is read at a time: the zeros are one line */
	a = (struct ask){ .fd = file_of("id:1\n", 200000) };
	pwrite(a.fd, "\nid:2\n", 6, 199994);
	is_num(ask_line(&a, &line), 5, "a short line");
	is_num(ask_line(&a, &line), 199995 - 5, "a long one");
	is_num(ask_line(&a, &line), 5, "and one behind it");
	ok(memcmp(line, "id:2\n", 5) == 0, "as it is");
	is_num(ask_line(&a, &line), 0, "the end");
	ask_close(&a);

	a = (struct ask){ .fd = dup(root) };
	is_num(ask_line(&a, &line), -1, "an error");
	is_num(errno, EISDIR, "and which");
	ask_close(&a);
}

static const struct {
	const char *line, *end; /* NULL: not the last line */
} ends[] = {
	{ "ok:1", "ok 0 0 0 1 0" },
	{ "ok:1\tcount:3\tout:2\tfailed:1\tmatched:4\tunknown:5",
	    "ok 3 2 1 4 5" },
	{ "ok:1\tmatched:0", "ok 0 0 0 0 0" },
	{ "ok:0\ttext:no", "no 0 0 0 1 0" },
	{ "ok:1\thold:1", "ok 0 0 0 1 0 hold" },
	{ "ok:1\thold:0", "ok 0 0 0 1 0" },
	{ "ok:11", "no 0 0 0 1 0" },
	{ "ok:1\tcount:-1\tout:x", "ok 0 0 0 1 0" },
	{ "ok:1\tcount:9223372036854775807", "ok 9223372036854775807 0 0 1 0" },
	{ "ok:1\tcount:9223372036854775808", "ok 0 0 0 1 0" },
	{ "ok:1\tother:7", "ok 0 0 0 1 0" },
	{ "id:1\tok:1", NULL },
	{ "", NULL },
};

static void
last_lines(void)
{
	struct ask_end e;
	struct ltsv l;
	char t[200];
	size_t i;
	int n;

	for (i = 0; i < sizeof ends / sizeof *ends; i++) {
		memset(&e, 0, sizeof e);
		n = snprintf(t, sizeof t, "%s\n", ends[i].line);
		ltsv_parse(t, n, &l);
		if (!ask_end(&l, &e)) {
			ok(ends[i].end == NULL, ends[i].line);
			continue;
		}
		snprintf(t, sizeof t, "%s %llu %llu %llu %llu %llu%s",
		    e.ok ? "ok" : "no", (unsigned long long)e.count,
		    (unsigned long long)e.out, (unsigned long long)e.failed,
		    (unsigned long long)e.matched,
		    (unsigned long long)e.unknown, e.hold ? " hold" : "");
		is_str(t, ends[i].end == NULL ? "no end" : ends[i].end,
		    ends[i].line);
	}
	/* of several answers */
	memset(&e, 0, sizeof e);
	ltsv_parse("ok:1\tcount:3\tmatched:2\n", 23, &l);
	ask_end(&l, &e);
	ask_end(&l, &e);
	is_num(e.count, 6, "they are added up");
	is_num(e.matched, 4, "all of them");
}

static const char *
ids_of(const char *text, size_t n, size_t *count)
{
	struct selector_list l = { .n = 0 };
	int fd = file_of(text, n);
	const char *wrong = ask_ids(&l, fd);

	*count = buf_len(&l.ids) / strlen(ID);
	selector_free(&l);
	close(fd);
	return wrong == NULL ? "" : wrong;
}

static void
ids(void)
{
	static const char text[] = ID "\n" ID2 " " ID "\n";
	struct selector_list l = { .n = 0 };
	size_t n, bad = 0, count;

	is_str(ids_of(text, strlen(text), &count), "", "ids");
	is_num(count, 3, "all of them");
	is_str(ids_of("", 0, &count), "", "none");
	is_num(count, 0, "which are none");
	/* cut anywhere but behind an id */
	for (n = 0; n < strlen(text); n++)
		bad += *ids_of(text, n, &count) != '\0';
	is_num(bad, 3 * (strlen(ID) - 1), "a part of one is none");
	is_str(ids_of("x\n", 2, &count), "no message id", "a word");
	is_num(errno, 0, "it could be read");
	is_str(ids_of("", IDS_BYTES, &count), "no message id", "much");
	is_str(ids_of("", IDS_BYTES + 1, &count), "too many ids", "too much");
	is_num(errno, 0, "it could be read, too");
	is_str(ask_ids(&l, root), "unable to read the ids", "an error");
	is_num(errno, EISDIR, "and which");
}

int
main(void)
{
	alarm(60);
	if (mkdtemp(dir) == NULL || chdir(dir) == -1)
		return 111;
	root = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	opening();
	asking();
	answers();
	last_lines();
	ids();
	unlinkat(root, "ctl", 0);
	rmdir(name);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}

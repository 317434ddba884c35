#include "tap.h"
#include "queue/check.h"
#include "queue/layout.h"
#include "queue/queuereader.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define A "0000000000a00000000a"
#define B "0000000000b000000001"
#define C "0000000000c00000001v"

static char dir[] = "/tmp/rohrpost.XXXXXX";
static struct queuereader s;

static void
put(const char *path, const char *text, size_t n)
{
	int fd = openat(s.root, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, text, n) != (ssize_t)n)
		_exit(1);
	close(fd);
}

/* segments as text, and what is known afterwards */
static const struct {
	const char *one, *two;
	size_t one_len;
	const char *states; /* of A 0, A 1, B 0, C 0; '-': not in the journal */
	size_t cut, bad;
	long highest; /* of A */
} journals[] = {
	{ "", "", 0, "----", 0, 0, -1 },
	{ A " 0 S\n", "", 0, "S---", 0, 0, 0 },
	{ A " 0 B\n" A " 0 b\n", "", 0, "b---", 0, 0, 0 },
	{ A " 0 B\n" B " 0 K\n", A " 0 b\n" A " 1 x\n", 0, "bxK-", 0, 0, 1 },
	{ A " 0 R\n" A " 0 s\n" B " 0 E\n" C " 0 D\n", "", 0, "s-ED", 0, 0, 0 },
	{ A " 0 R\n" A " 0 s\n" A " 0", "", 0, "s---", 1, 0, 0 },
	{ A " 0 s\n" A " 1 D\n", A " 0 R\n", 0, "sD--", 0, 0, 1 },
	{ C " 0 S\n" A " 1 S\n" A " 7 S\n", "", 0, "-S-S", 0, 0, 7 },
	{ A " 0 S\n" B " 0", "", 0, "S---", 1, 0, 0 },
	{ A " 0 S\n" B " 0\n" B " 0 S\n", "", 0, "S-S-", 1, 0, 0 },
	{ A " 0 S\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
	    "", 70, "S---", 1, 0, 0 },
	{ A " 0 S\nwhat?\n" B " 0 S\n", "", 0, "S-S-", 0, 1, 0 },
	{ A " 0 Z\n", "", 0, "----", 0, 1, -1 },
};

static void
journal(void)
{
	static const struct {
		const char *id;
		unsigned n;
	} ask[] = { { A, 0 }, { A, 1 }, { B, 0 }, { C, 0 } };
	struct message_rcpt r = { .state = '-' };
	struct journaled_list o;
	char got[5] = "";
	size_t i, k;

	for (i = 0; i < sizeof journals / sizeof journals[0]; i++) {
		put("done/0000000009", journals[i].one,
		    journals[i].one_len > 0 ? journals[i].one_len
					    : strlen(journals[i].one));
		put("done/0000000010", journals[i].two,
		    strlen(journals[i].two));
		is_num(journaled_load(&o, &s), 0, "load");
		for (k = 0; k < 4; k++)
			got[k] = journaled_state(&o, ask[k].id, ask[k].n, &r);
		is_str(got, journals[i].states, "states");
		is_num(o.cut, journals[i].cut, "cut lines");
		is_num(o.bad, journals[i].bad, "bad lines");
		is_num(journaled_highest(&o, A), journals[i].highest,
		    "highest recipient");
		journaled_free(&o);
	}
}

static void
messages(void)
{
	static const char env[] = "from a\nto b\n";
	struct buf b = { 0 }, ids = { 0 }, head = { 0 };
	struct message_head h;
	struct stat st;
	size_t i, len;
	int fd, bad = 0;

	message_format(&b, env, strlen(env), 5, NULL);
	buf_puts(&b, "12345");
	len = buf_len(&b);
	put("mess/1v/" C, buf_data(&b), len);
	put("mess/0a/" A, buf_data(&b), len);
	put("mess/01/" B, "", 0);
	put("mess/02/" B, "", 0);
	put("mess/02/README", "", 0);
	is_num(queuereader_ids(&s, &ids), 0, "ids");
	buf_putc(&ids, '\0');
	is_str(buf_data(&ids), A B C, "in order, others left out");
	fd = queuereader_load(&s, "mess/0a/" A, &head, &h, &st);
	ok(fd != -1 && h.size == 5 && h.n_rcpt == 1 &&
		(size_t)st.st_size == len,
	    "a message");
	close(fd);
	for (i = 0; i < len; i++) {
		put("mess/01/" B, buf_data(&b), i);
		bad +=
		    queuereader_load(&s, "mess/01/" B, &head, &h, &st) == -1 &&
		    errno == EINVAL;
	}
	is_num(bad, len, "no shorter start of it is one");
	buf_putc(&b, 'x');
	put("mess/01/" B, buf_data(&b), len + 1);
	ok(queuereader_load(&s, "mess/01/" B, &head, &h, &st) == -1 &&
		errno == EINVAL,
	    "nor a longer file");
	ok(queuereader_load(&s, "mess/03/" B, &head, &h, &st) == -1 &&
		errno == ENOENT,
	    "nor what is not there");
	ok(queuereader_load(&s, "trigger", &head, &h, &st) == -1 &&
		errno == EINVAL,
	    "nor a FIFO, which blocks nobody");
	ok(queuereader_load(&s, "mess", &head, &h, &st) == -1,
	    "nor a directory");
	/* a head that is longer than the first read */
	buf_clear(&b);
	buf_clear(&ids);
	buf_puts(&ids, "from a\n");
	for (i = 0; i < 1000; i++)
		buf_puts(&ids, "to someone@example.org\n");
	message_format(&b, buf_data(&ids), buf_len(&ids), 0, NULL);
	put("mess/01/" B, buf_data(&b), buf_len(&b));
	fd = queuereader_load(&s, "mess/01/" B, &head, &h, &st);
	ok(fd != -1 && h.n_rcpt == 1000 && buf_len(&head) == h.head_len,
	    "a long head");
	close(fd);
	buf_free(&b);
	buf_free(&ids);
	buf_free(&head);
}

static void
clock_file(void)
{
	static const char text[] = "12\n34 +5\n";
	struct age a;
	int fd;

	unlinkat(s.root, "clock", 0);
	is_num(queuereader_age(&s, &a, 1000), 0, "no file is no fault");
	is_num(a.n, 0, "and no step");
	is_num(age_birth(&a, 2000, 1000), 1000, "nothing is from the future");
	fd = openat(s.root, "clock", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ok(write(fd, text, sizeof text - 1) == sizeof text - 1, "one step");
	close(fd);
	is_num(queuereader_age(&s, &a, 1000), 0, "is read");
	is_num(age_birth(&a, 30, 1000), 35, "and counts");
	unlinkat(s.root, "clock", 0);
	mkdirat(s.root, "clock", 0700);
	is_num(queuereader_age(&s, &a, 1000), -1, "what cannot be read");
	is_num(a.n, 0, "is no step either");
	unlinkat(s.root, "clock", AT_REMOVEDIR);
}

int
main(void)
{
	static const char states[] = "QHSBbXxKRDEs";
	static const char *const names[] = { "queued", "held", "sent",
		"bounced", "bounced", "expired", "expired", "deleted", "sent",
		"sent", "sent", "sent" };
	const char *what;
	size_t i;
	int bad;

	if (mkdtemp(dir) == NULL || layout_make(dir, &what) == -1)
		return 1;
	is_num(layout_make(dir, &what), 0, "making it again does no harm");
	is_num(layout_make("/dev/null/q", &what), -1, "nowhere to make one");
	is_str(what, "/dev/null/q", "says what");
	is_num(queuereader_open(&s, "/nowhere"), -1, "no queue");
	is_num(queuereader_open(&s, dir), 0, "open");
	journal();
	messages();
	clock_file();
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		is_str(store_state_name(states[i]), names[i], "state");
	ok(check_explained(CHECK_CUT) && !check_explained(CHECK_MISSING),
	    "what a crash explains");
	for (i = 0; i < CHECK_STATES; i++)
		ok(*check_state_name(i) != '\0', check_state_name(i));
	bad = done();
	fflush(stdout);
	if (fork() == 0) {
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(1);
	}
	wait(NULL);
	return bad;
}

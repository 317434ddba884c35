#include "base/buf.h"
#include "base/fd.h"
#include "chain/wire.h"
#include "tap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * One wire under test, `us`, and its other side `them` as plain
 * descriptors.  The trace has each record as "line|", the end as "E<errno>",
 * the reader's death as "G", drained as "D".
 */
struct side {
	struct wire w;
	struct buf trace;
	int pause_each, close_at, records, freed;
	struct loop_timer t;
};

static struct loop_timer guard;
static int hung;

static void
on_guard(void *arg)
{
	(void)arg;
	hung = 1;
	loop_stop();
}

static void
on_resume(void *arg)
{
	struct side *s = arg;

	wire_resume(&s->w);
}

static size_t
record(void *arg, const char *p, size_t n)
{
	struct side *s = arg;
	const char *e = memchr(p, '\n', n);

	if (e == NULL)
		return 0;
	buf_put(&s->trace, p, e - p);
	buf_putc(&s->trace, '|');
	s->records++;
	if (s->pause_each == 1) {
		wire_pause(&s->w);
		wire_resume(&s->w);
	} else if (s->pause_each == 2) {
		wire_pause(&s->w);
		loop_timer_set(&s->t, 1, on_resume, s);
	} else if (s->pause_each == 3) {
		wire_pause(&s->w);
	}
	if (s->close_at == s->records) {
		wire_close(&s->w);
		memset(&s->w, 0x5a, sizeof s->w);
		loop_stop();
		return 12345;
	}
	return e - p + 1;
}

static void
ended(void *arg, int err)
{
	struct side *s = arg;

	buf_putc(&s->trace, 'E');
	buf_putnum(&s->trace, err);
	loop_stop();
}

static void
gone(void *arg, int err)
{
	struct side *s = arg;

	(void)err;
	buf_putc(&s->trace, 'G');
	loop_stop();
}

static void
drained(void *arg)
{
	struct side *s = arg;

	buf_putc(&s->trace, 'D');
	loop_stop();
}

static const struct wire_ops ops = { record, ended, gone, drained };

static void
run(struct side *s, const char *want, const char *name)
{
	hung = 0;
	loop_timer_set(&guard, 3000, on_guard, NULL);
	loop_run();
	loop_timer_stop(&guard);
	buf_putc(&s->trace, '\0');
	is_str(hung ? "(hangs)" : buf_data(&s->trace), want, name);
	buf_clear(&s->trace);
}

static void
make(struct side *s, int kind, int them[2])
{
	int a[2], b[2];

	memset(s, 0, sizeof *s);
	if (kind == 's') {
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, a);
		fd_nonblock(a[0]);
		wire_open(&s->w, a[0], dup(a[0]), &ops, s);
		them[0] = a[1];
		them[1] = dup(a[1]);
		return;
	}
	fd_pipe(a);
	fd_pipe(b);
	fd_nonblock(a[0]);
	fd_nonblock(b[1]);
	wire_open(&s->w, a[0], b[1], &ops, s);
	them[0] = b[0];
	them[1] = a[1];
}

static void
end(struct side *s, int them[2])
{
	if (s->close_at == 0 || s->records < s->close_at)
		wire_close(&s->w);
	close(them[0]);
	close(them[1]);
	loop_timer_stop(&s->t);
	buf_free(&s->trace);
}

/* the other side writes no more (and may still read) */
static void
no_more(int kind, int them[2])
{
	if (kind == 's')
		shutdown(them[1], SHUT_WR);
	close(them[1]);
	them[1] = -1;
}

static void
reading(int kind)
{
	struct side s;
	int them[2], i;
	const char *k = kind == 's' ? "socket" : "pipe";
	char name[100];

	for (i = 0; i <= 2; i++) {
		make(&s, kind, them);
		s.pause_each = i;
		fd_write_all(them[1], "one\ntwo\nthree\nfo", 16);
		no_more(kind, them);
		snprintf(name, sizeof name,
		    "%s: end behind all records, "
		    "pause %d",
		    k, i);
		run(&s, "one|two|three|E0", name);
		is_num(buf_len(&s.w.in), 2, "the unfinished record is left");
		end(&s, them);
	}
	make(&s, kind, them);
	s.pause_each = 3;
	fd_write_all(them[1], "one\ntwo\n", 8);
	no_more(kind, them);
	loop_timer_set(&guard, 50, on_guard, NULL);
	loop_run();
	buf_putc(&s.trace, '\0');
	is_str(buf_data(&s.trace), "one|", "paused: nothing more, no end");
	buf_clear(&s.trace);
	s.pause_each = 0;
	wire_resume(&s.w);
	run(&s, "two|E0", "resumed: the rest, then the end");
	end(&s, them);

	make(&s, kind, them);
	s.close_at = 2;
	fd_write_all(them[1], "one\ntwo\nthree\n", 14);
	run(&s, "one|two|", "closed within record()");
	end(&s, them);

	make(&s, kind, them);
	s.pause_each = 1;
	s.close_at = 2;
	fd_write_all(them[1], "one\ntwo\nthree\n", 14);
	run(&s, "one|two|", "closed within record() after a pause");
	end(&s, them);

	make(&s, kind, them);
	s.w.record_max = 8;
	fd_write_all(them[1], "1234567\n1234567", 15);
	loop_timer_set(&guard, 50, on_guard, NULL);
	loop_run();
	buf_putc(&s.trace, '\0');
	is_str(buf_data(&s.trace), "1234567|", "record of record_max bytes");
	buf_clear(&s.trace);
	fd_write_all(them[1], "8", 1);
	snprintf(name, sizeof name, "E%d", EMSGSIZE);
	run(&s, name, "one byte longer");
	end(&s, them);
}

static void
put_many(struct wire *w, size_t n)
{
	char line[1000];

	memset(line, 'x', sizeof line);
	for (; n > 0; n -= sizeof line)
		wire_put(w, line, sizeof line);
}

static size_t
read_all(int fd)
{
	static char b[65536];
	size_t all = 0;
	ssize_t n;

	fd_nonblock(fd);
	while ((n = read(fd, b, sizeof b)) > 0)
		all += n;
	return all;
}

static void
writing(int kind)
{
	struct side s;
	int them[2], i;
	size_t got;

	/* full, and everything goes out at the first write */
	make(&s, kind, them);
	if (kind == 's') {
		i = 1 << 20;
		setsockopt(s.w.wfd, SOL_SOCKET, SO_SNDBUF, &i, sizeof i);
	} else {
		fcntl(s.w.wfd, F_SETPIPE_SZ, 1 << 20);
	}
	put_many(&s.w, 100000);
	ok(wire_full(&s.w), "full");
	run(&s, "D", "drained() though one write took all");
	ok(!wire_full(&s.w), "not full");
	is_num(s.w.out.cap, 0, "no memory kept for writing");
	end(&s, them);

	/* full, and the reader is slow */
	make(&s, kind, them);
	put_many(&s.w, 3000000);
	loop_timer_set(&guard, 20, on_guard, NULL);
	loop_run();
	got = read_all(them[0]);
	for (i = 0; i < 1000 && got < 3000000; i++) {
		loop_timer_set(&guard, 1, on_guard, NULL);
		loop_run();
		got += read_all(them[0]);
	}
	is_num(got, 3000000, "all of it comes");
	buf_putc(&s.trace, '\0');
	is_str(buf_data(&s.trace), "D", "drained() once");
	end(&s, them);

	/* the reader goes away */
	make(&s, kind, them);
	put_many(&s.w, 1000000);
	loop_timer_set(&guard, 20, on_guard, NULL);
	loop_run();
	close(them[0]);
	if (kind == 's') {
		close(them[1]);
		run(&s, "E104", "socket reset");
	}
	run(&s, "G", "reader gone with bytes waiting");
	is_num(wire_waiting(&s.w), 0, "nothing waits");
	wire_put(&s.w, "x", 1);
	is_num(wire_waiting(&s.w), 0, "what is put then goes nowhere");
	them[0] = -1;
	end(&s, them);

	make(&s, kind, them);
	wire_put(&s.w, "last", 4);
	wire_finish(&s.w);
	loop_timer_set(&guard, 20, on_guard, NULL);
	loop_run();
	fd_block(them[0]);
	is_num(fd_read_all(them[0], (char[9]){ 0 }, 9), 4,
	    "finish: the bytes, then the end");
	fd_write_all(them[1], "still\n", 6);
	no_more(kind, them);
	run(&s, "still|E0", "reading goes on after finish");
	end(&s, them);
}

static void
rounds(void)
{
	loop_timer_set(&guard, 20, on_guard, NULL);
	loop_run();
}

static void
recording(int kind)
{
	char path[] = "/tmp/wire.XXXXXX", tail[7] = "";
	int them[2], fd = mkstemp(path);
	struct side s;

	make(&s, kind, them);
	wire_record(&s.w, fd);
	wire_put(&s.w, "one\n", 4);
	wire_put(&s.w, "two\n", 4);
	is_num(lseek(fd, 0, SEEK_END), 0, "not before the round is over");
	rounds();
	is_num(lseek(fd, 0, SEEK_END), 9, "recorded");
	is_num(read_all(them[0]), 8, "and written");
	put_many(&s.w, 3000000);
	rounds();
	is_num(lseek(fd, 0, SEEK_END), 3000010,
	    "what cannot be written yet, too");
	read_all(them[0]);
	rounds();
	wire_put(&s.w, "x\n", 2);
	rounds();
	is_num(lseek(fd, 0, SEEK_END), 3000013, "once");
	/* as another writer leaves it whom a full disk has cut short */
	fd_write_all(fd, "cut", 3);
	close(them[0]);
	if (kind == 's')
		close(them[1]);
	rounds();
	wire_put(&s.w, "y\n", 2);
	rounds();
	is_num(lseek(fd, 0, SEEK_END), 3000019, "also when nobody reads");
	is_num(wire_waiting(&s.w), 0, "nothing waits then");
	is_num(pread(fd, tail, 6, 3000013), 6, "its end");
	is_str(tail, "cut\ny\n", "a line that was cut spoils no other");
	them[0] = -1;
	end(&s, them);
	close(fd);
	unlink(path);
}

static void
idle_reader(void)
{
	struct side s;
	int them[2], fd;
	struct stat st;

	make(&s, 'p', them);
	close(them[0]);
	them[0] = -1;
	run(&s, "G", "idle pipe: its reader's death is noticed");
	end(&s, them);

	/* a fifo open for both has no reader to lose */
	make(&s, 'p', them);
	wire_close(&s.w);
	char path[] = "/tmp/wire.XXXXXX";
	close(mkstemp(path));
	unlink(path);
	mkfifo(path, 0600);
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	unlink(path);
	wire_open(&s.w, -1, fd, &ops, &s);
	wire_put(&s.w, "x", 1);
	loop_timer_set(&guard, 30, on_guard, NULL);
	loop_run();
	is_num(buf_len(&s.trace), 0, "fifo open for reading and writing");
	end(&s, them);

	/* a file is read to its end, though nothing else keeps the loop */
	make(&s, 'p', them);
	wire_close(&s.w);
	fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	fd_write_all(fd, "one\ntwo\nthree\n", 14);
	lseek(fd, 0, SEEK_SET);
	wire_open(&s.w, fd, -1, &ops, &s);
	s.pause_each = 1;
	hung = 0;
	loop_run();
	buf_putc(&s.trace, '\0');
	is_str(buf_data(&s.trace), "one|two|three|E0", "file with pauses");
	end(&s, them);

	/* a file takes everything, and drained() comes */
	make(&s, 'p', them);
	wire_close(&s.w);
	fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	wire_open(&s.w, -1, fd, &ops, &s);
	put_many(&s.w, 200000);
	run(&s, "D", "regular file");
	fstat(fd, &st);
	is_num(st.st_size, 200000, "its size");
	end(&s, them);

	make(&s, 'p', them);
	wire_close(&s.w);
	wire_open(&s.w, open("/dev/null", O_RDONLY | O_CLOEXEC),
	    open("/dev/full", O_WRONLY | O_CLOEXEC), &ops, &s);
	run(&s, "E0", "/dev/null ends at once");
	wire_put(&s.w, "x", 1);
	run(&s, "G", "/dev/full: gone");
	end(&s, them);
}

/* many idle wires: no buffers, not even for half a record */
static void
idle_memory(void)
{
	static struct side s[200];
	static int them[200][2];
	int i;
	size_t cap = 0;

	for (i = 0; i < 200; i++) {
		make(&s[i], 's', them[i]);
		fd_write_all(them[i][1], "line\nhalf", 9);
	}
	loop_timer_set(&guard, 30, on_guard, NULL);
	loop_run();
	for (i = 0; i < 200; i++) {
		cap += s[i].w.in.cap + s[i].w.out.cap;
		if (buf_len(&s[i].trace) != 5 || buf_len(&s[i].w.in) != 4)
			break;
	}
	is_num(i, 200, "each had its line");
	ok(cap <= 200 * 64, "idle wires keep little memory");
	for (i = 0; i < 200; i++)
		end(&s[i], them[i]);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	reading('p');
	reading('s');
	writing('p');
	writing('s');
	recording('p');
	recording('s');
	idle_reader();
	idle_memory();
	return done();
}

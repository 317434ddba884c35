#include "ship/destination.h"
#include "base/buf.h"
#include "base/fd.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/destination.XXXXXX";
static struct shipping s;
static struct shipfile_line l;

static void
put(const char *name, const char *p, size_t n)
{
	char path[100];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	fd_write_all(fd, p, n);
	close(fd);
}

static int
set(const char *line)
{
	shipping_init(&s);
	if (shipfile_read(&l, line, strlen(line)) == -1) {
		printf("# %s\n", l.keys.why);
		return -2;
	}
	return destination_set(&s, &l, dir);
}

static const char *
command(void)
{
	static char out[1000];
	char *const *a;

	out[0] = '\0';
	for (a = s.send.link.argv; *a != NULL; a++)
		snprintf(out + strlen(out), sizeof out - strlen(out), "%s|",
		    *a);
	return out;
}

static void
labels(void)
{
	static char text[DESTINATION_LABELS_MAX + 1];
	struct buf key = { 0 };
	int i;

	put("labels", "to hash\n# so\n:key key\n", 23);
	is_num(set("link x labels=labels"), -1, "without its key");
	for (i = 0; i < RELABEL_KEY_MAX + 1; i++)
		buf_putc(&key, 'k');
	put("key", buf_data(&key), RELABEL_KEY_MIN - 1);
	is_num(set("link x labels=labels"), -1, "a key that is too short");
	put("key", buf_data(&key), RELABEL_KEY_MIN);
	is_num(set("link x labels=labels"), 0, "a short key");
	is_num((long long)s.fill.how.labels.key_len, RELABEL_KEY_MIN,
	    "its length");
	put("key", buf_data(&key), RELABEL_KEY_MAX);
	is_num(set("link x labels=labels"), 0, "a long key");
	put("key", buf_data(&key), RELABEL_KEY_MAX + 1);
	is_num(set("link x labels=labels"), -1, "one byte more");
	put("key", "0123456789abcdef\r\n", 18);
	is_num(set("link x labels=labels"), 0, "with a line end");
	is_num((long long)s.fill.how.labels.key_len, 16,
	    "which does not count");
	ok(s.fill.how.relabeled, "the table is in force");
	buf_free(&key);
	put("labels", "to fold\n", 8);
	is_num(set("link x labels=labels"), -1, "a fault");
	s.labels_ns = 0;
	s.fill.how.relabeled = 0;
	s.look(&s);
	ok(s.fill.how.labels.n == 0, "with a fault nothing changes");
	put("labels", "to drop\nfrom drop\n", 18);
	s.labels_ns = 0;
	s.look(&s);
	is_num(s.fill.how.labels.n, 2, "another table");
	memset(text, '\n', sizeof text);
	put("labels", text, DESTINATION_LABELS_MAX);
	is_num(set("link x labels=labels"), 0, "a large table");
	put("labels", text, DESTINATION_LABELS_MAX + 1);
	is_num(set("link x labels=labels"), -1, "one byte more");
}

int
main(void)
{
	char want[300];

	if (mkdtemp(dir) == NULL || freopen("/dev/null", "w", stderr) == NULL)
		return 1;
	is_num(set("webhook http://x/ secret-file=secret gzip=yes "
		   "tenant-file=/etc/t wait=1s batch=7 timeout=5s "
		   "retry=10ms..2s filter=ev:sent"),
	    0, "a webhook");
	snprintf(want, sizeof want,
	    "ship-http|webhook|http://x/|timeout=5s|gzip=yes|"
	    "secret-file=%s/secret|tenant-file=/etc/t|",
	    dir);
	is_str(command(), want, "its command, without the head's keys");
	ok(s.send.link.beside, "a program of ours");
	ok(s.fill.most.events == 7 && s.wait_ms == 1000 &&
		s.send.timeout_ms == 5000 && s.send.pause.first_ms == 10 &&
		s.send.pause.max_ms == 2000,
	    "the head's keys");
	ok(s.fill.how.filter.root != -1, "its filter");
	set("file events/%Y");
	snprintf(want, sizeof want, "ship-file|file|%s/events/%%Y|", dir);
	is_str(command(), want, "a path is below the folder");
	set("link \"my link\"");
	is_str(command(), "/bin/sh|-c|my link|", "a command");
	ok(!s.send.link.beside, "none of ours");
	labels();
	snprintf(want, sizeof want, "rm -rf %s", dir);
	return system(want) != 0 || done();
}

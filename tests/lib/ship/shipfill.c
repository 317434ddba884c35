#include "ship/shipfill.h"
#include "base/clock.h"
#include "base/fd.h"
#include "logged.h"
#include "says.h"
#include "ship/deadfile.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

static char root[] = "/tmp/shipfill.XXXXXX";
static struct shipfill f;
static struct logsources logs;
static struct shipdead dead = { .dir = root };

/* 2026-11-30T09:00:00Z */
#define NINE_US 1796029200000000LL
#define EVENT(second, n) \
	"ts:2026-11-30T09:00:0" second ".000000Z\tev:e\tn:" n "\n"

static void
put(const char *name, const char *text, size_t n)
{
	char path[100];
	int fd;

	snprintf(path, sizeof path, "%s/%s", root, name);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	ok(fd_write_all(fd, text, n) == 0, name);
	close(fd);
}

static void
stop(void)
{
	if (logs.n > 0)
		logsources_close(&logs);
	logs.n = 0;
	shipfill_free(&f);
}

/* batches of so many at most, of a log that has this */
static void
begin(unsigned most, const char *text)
{
	char path[100];

	stop();
	shipfill_init(&f);
	f.most = (struct shipgather_most){ most, 1 << 20 };
	snprintf(path, sizeof path, "%s/log", root);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/log/current", root);
	unlink(path);
	put("log/current", text, strlen(text));
	ok(logsources_open(&logs, root, NULL, NULL, 0) == 0, "the log");
}

/* the numbers of the events in the batch, and it is empty again */
static const char *
batch(void)
{
	static char out[200];
	const char *p;
	unsigned i;
	size_t n;

	out[0] = '\0';
	for (i = 0; i < f.next.n; i++) {
		p = shipgather_event(&f.next, i, &n);
		strncat(out, p + n - 2, 1);
	}
	shipgather_clear(&f.next);
	return out;
}

static void
fills(void)
{
	begin(2, EVENT("0", "1") "other\n" EVENT("1", "2") EVENT("2", "3"));
	ok(!f.moved, "nothing is read");
	shipfill_logs(&f, &logs, &dead);
	is_num(f.next.first_us, NINE_US, "since when");
	ok(f.next.full && !f.ended && f.moved, "it is full");
	is_num((long long)logs.s[0]->c.n.events, 2, "of two events");
	is_num((long long)logs.s[0]->c.n.other, 1, "and a line between");
	shipfill_logs(&f, &logs, &dead);
	is_str(batch(), "12", "a full one stays what it is");
	shipfill_logs(&f, &logs, &dead);
	ok(!f.next.full && f.ended && f.hold_ms == -1, "all is read");
	is_str(batch(), "3", "the rest");
	/* what is too much for the bytes waits in its log */
	begin(9, EVENT("0", "1") EVENT("1", "2"));
	f.most.bytes = 120;
	shipfill_logs(&f, &logs, &dead);
	ok(f.next.full && logs.s[0]->c.n.events == 1, "no room for a second");
	is_str(batch(), "1", "so there is one");
	shipfill_logs(&f, &logs, &dead);
	is_str(batch(), "2", "and the other then");
}

static void
filters(void)
{
	size_t at;

	begin(9, EVENT("0", "1") EVENT("1", "2"));
	ok(filter_parse(&f.how.filter, "n:2", 3, &at) == NULL, "a filter");
	shipfill_logs(&f, &logs, &dead);
	is_str(batch(), "2", "one is wanted");
	is_num((long long)logs.s[0]->c.n.filtered, 1, "and one is not");
}

static void
replays(void)
{
	begin(9,
	    EVENT("0", "1") EVENT("1", "2") "ts:x\tev:e\tbad\n" EVENT("2", "3")
		EVENT("3", "4"));
	f.replay = 1;
	f.from_us = NINE_US + 1000000;
	f.to_us = NINE_US + 3000000;
	shipfill_logs(&f, &logs, &dead);
	is_str(batch(), "23", "from a time on, and before a time");
	ok(f.ended, "and then the end");
	is_num(access(root, F_OK), 0, "the folder is there");
}

/* damaged lines, which can be kept, and cannot */
static void
letters_made(void)
{
	char path[100];

	begin(9, EVENT("0", "1") "ts:x\tev:e\tbad\n" EVENT("1", "2"));
	snprintf(path, sizeof path, "%s/none", root);
	dead.dir = path;
	logged_begin();
	shipfill_logs(&f, &logs, &dead);
	ok(strstr(logged(), "what is refused waits") != NULL, "said");
	is_num(logs.s[0]->c.n.dead, 0, "it cannot be kept");
	is_num(f.next.n, 1, "what is before it is there");
	ok(!f.ended && f.hold_ms == LOGSOURCES_TICK_MS, "and it waits");
	dead.dir = root;
	shipfill_logs(&f, &logs, &dead);
	is_num(logs.s[0]->c.n.dead, 1, "now it can");
	is_str(batch(), "12", "and what is behind it follows");
	snprintf(path, sizeof path, "%s/dead", root);
	is_num(unlink(path), 0, "it is kept");
}

/* lines that nobody wants, as many as are read at once, and one more */
static void
stops(void)
{
	char *text = malloc(2 * SHIPFILL_LINES + 200);
	int i;

	for (i = 0; i <= SHIPFILL_LINES; i++)
		memcpy(text + 2 * i, "x\n", 3);
	strcat(text, EVENT("1", "1"));
	begin(9, text);
	shipfill_logs(&f, &logs, &dead);
	is_num((long long)logs.s[0]->c.n.other, SHIPFILL_LINES, "so many");
	ok(f.hold_ms == 0 && !f.ended, "and more at once");
	shipfill_logs(&f, &logs, &dead);
	is_num((long long)logs.s[0]->c.n.other, SHIPFILL_LINES + 1, "the last");
	is_str(batch(), "1", "and what is behind them");
	ok(f.ended, "and the end");
	free(text);
}

#define LETTER(n) "dead-at:x\tdead-text:y\teid:1\tsrc:log\tn:" n "\n"

static void
open_letters(void)
{
	char path[100];

	stop();
	shipfill_init(&f);
	f.most = (struct shipgather_most){ 2, 1 << 20 };
	snprintf(path, sizeof path, "%s/dead.sending", root);
	f.letters_fd = open(path, O_RDONLY);
	unlink(path);
}

static void
read_letters(const void *arg)
{
	(void)arg;
	shipfill_letters(&f, root);
	_exit((int)buf_len(&f.next.text) == 0);
}

static void
letters_sent(void)
{
	static const char text[] =
	    LETTER("1") "no letter\n" LETTER("2") LETTER("3") "half";
	static char big[DEADFILE_LINE_MAX];
	int64_t now_us = clock_wall_us();
	int status;

	put("dead.sending", text, sizeof text - 1);
	open_letters();
	shipfill_letters(&f, root);
	ok(strstr(logged(), "/dead.sending: a line is no event") != NULL,
	    "one that is none is said");
	ok(f.next.full && !f.ended, "it is full");
	ok(f.next.first_us >= now_us, "of now");
	is_str(batch(), "12", "with two");
	shipfill_letters(&f, root);
	is_str(batch(), "3", "the rest");
	ok(f.ended, "and the end");
	close(f.letters_fd);

	memset(big, 'x', sizeof big);
	put("dead.sending", big, DEADFILE_LINE_MAX - 1);
	put("dead.sending", "\n" LETTER("4"), 1 + strlen(LETTER("4")));
	open_letters();
	says(read_letters, NULL, &status);
	is_num(status, 0, "a line as long as may be");
	close(f.letters_fd);
	put("dead.sending", big, DEADFILE_LINE_MAX);
	put("dead.sending", "\n" LETTER("4"), 1 + strlen(LETTER("4")));
	open_letters();
	ok(strstr(says(read_letters, NULL, &status), "unable to read") != NULL,
	    "a line that is longer");
	is_num(status, 111, "is too long");
	close(f.letters_fd);
}

int
main(void)
{
	char command[100];

	if (mkdtemp(root) == NULL)
		return 1;
	fills();
	filters();
	replays();
	letters_made();
	stops();
	letters_sent();
	stop();
	shipdead_free(&dead);
	snprintf(command, sizeof command, "rm %s/log/current", root);
	ok(system(command) == 0, "the log goes");
	snprintf(command, sizeof command, "%s/log", root);
	is_num(rmdir(command), 0, "with its folder");
	is_num(rmdir(root), 0, "and nothing else is there");
	return done();
}

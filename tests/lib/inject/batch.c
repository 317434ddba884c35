/* a batch: sync, log, receipts, FIFO, in this order, and what waits for it */
#include "base/die.h"
#include "base/fd.h"
#include "chain/event.h"
#include "format/netstring.h"
#include "inject/inject.h"
#include "queuedir.h"
#include "tap.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

static struct inject j;
static int trigger, events; /* queue-run's end of the FIFO, and of the log */

/* a connection, with the client's end */

static struct inject_conn conn;
static int client;

static size_t
on_record(void *arg, const char *p, size_t n)
{
	(void)arg;
	(void)p;
	return n;
}

static void
on_end(void *arg, int err)
{
	(void)arg;
	(void)err;
}

static const struct wire_ops ops = { on_record, on_end, on_end, NULL };

static void
connection(void)
{
	int s[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s) == -1)
		exit(111);
	wire_open(&conn.wire, s[0], s[0], &ops, &conn);
	conn.inject = &j;
	conn.stream.owner = &conn;
	conn.stream.file.fd = -1;
	client = s[1];
}

/* a parcel on it, with a body of n bytes */
static void
put(const char *env, size_t n)
{
	struct buf b = { 0 }, parcel = { 0 };

	buf_puts(&b, env);
	while (n-- > 0)
		buf_putc(&b, 'x');
	netstring_put(&parcel, buf_data(&b), buf_len(&b));
	is_num(intake_feed(&j.in, &conn.stream, buf_data(&parcel),
		   buf_len(&parcel)),
	    (long long)buf_len(&parcel), "a parcel is taken");
	inject_arrived(&j);
	buf_free(&b);
	buf_free(&parcel);
}

/* what has come there so far */
static const char *
come(int fd)
{
	static char t[3][8192];
	static unsigned turn;
	char *p = t[turn++ % 3];
	ssize_t n = read(fd, p, sizeof t[0] - 1);

	p[n > 0 ? n : 0] = '\0';
	return p;
}

#define ENV "from a@b\nto c@d\n"

static void
begin(void)
{
	inject_start(&j);
	is_str(come(trigger), "\n", "queue-run is asked to look");
	inject_before_wait(&j);
	is_str(come(events), "", "nothing has come: nothing is said");
}

/* one that is taken, one that is refused, and a probe */
static void
kinds(void)
{
	const char *log, *ids, *receipts;
	char want[100], id[NAME_LEN + 1];

	put(ENV "tag t=1\nbody 8bit\nclient 192.0.2.1\n\n", 10);
	put("nonsense\n\n", 0);
	put("probe\n" ENV "\n", 5);
	is_num(j.in.n_done, 3, "a batch of three");
	memcpy(id, j.in.done[0].id, sizeof id);
	is_str(come(client), "", "no receipt before the sync");
	inject_commit(&j);
	is_num(j.in.n_done, 0, "the batch is over");
	is_num(queuedir_messages(), 1, "one is in the queue");
	log = come(events);
	snprintf(want, sizeof want,
	    "\tev:accepted\tprog:batch\tid:%s\tfrom:a@b\tto:c@d\trcpts:1", id);
	ok(strstr(log, want) != NULL, "the log has it first");
	ok(strstr(log, "\tsize:10\ttag:t=1\tclient:192.0.2.1\n") != NULL,
	    "with what came with it");
	ok(strchr(log, '\n') == log + strlen(log) - 1, "and no other");
	is_str(come(client), "", "receipts go when the loop waits");
	is_str(come(trigger), "", "and then queue-run hears");
	inject_before_wait(&j);
	receipts = come(client);
	snprintf(want, sizeof want, "%d:K%s,", NAME_LEN + 1, id);
	ok(strncmp(receipts, want, strlen(want)) == 0, "its id");
	ok(strstr(receipts, ":D5.6.0 ") != NULL, "then a refusal");
	ok(strstr(receipts, ",6:Kprobe,") != NULL, "then the probe");
	ids = come(trigger);
	ok(strncmp(ids, id, NAME_LEN) == 0 && ids[NAME_LEN] == '\n' &&
		ids[NAME_LEN + 1] == '\0',
	    "queue-run hears of the one");
}

/* several recipients: none of them is named */
static void
several(void)
{
	const char *log;

	put(ENV "to e@f\n\n", 1);
	inject_before_wait(&j);
	log = come(events);
	ok(strstr(log, "\tfrom:a@b\trcpts:2\tsize:1\n") != NULL, "of two");
	come(client);
	come(trigger);
}

/* nobody hears the receipt: all the same it is in the queue */
static void
gone(void)
{
	unsigned before = queuedir_messages();

	put(ENV "\n", 1);
	intake_forget(&j.in, &conn);
	inject_before_wait(&j);
	is_num(queuedir_messages(), before + 1, "it is kept");
	is_num((long long)strlen(come(trigger)), NAME_LEN + 1, "and told");
	is_str(come(client), "", "no receipt");
	come(events);
}

/* much at once: there may be more for the same sync, but not for ever */
static void
gathering(void)
{
	put(ENV "\n", INJECT_GATHER_BYTES);
	inject_before_wait(&j);
	is_num(j.in.n_done, 1, "much came: another round");
	ok(loop_timer_active(&j.kick), "which begins at once");
	inject_before_wait(&j);
	is_num(j.in.n_done, 0, "nothing more: committed");
	put(ENV "\n", 1);
	inject_before_wait(&j);
	is_num(j.in.n_done, 0, "little is not waited with");
	put(ENV "\n", INJECT_GATHER_BYTES);
	j.batch_ms -= INJECT_GATHER_MS;
	inject_before_wait(&j);
	is_num(j.in.n_done, 0, "nor much that has waited");
	put(ENV "\n", INJECT_GATHER_BYTES);
	j.ending = 1;
	inject_before_wait(&j);
	is_num(j.in.n_done, 0, "nor anything at the end");
	j.ending = 0;
	come(client);
	come(trigger);
	come(events);
}

/* a sync that fails: no receipt says that it is safe, nothing is logged */
static void
failing(void)
{
	int root = j.in.commit.root, null = open("/dev/null", O_RDONLY);
	unsigned before = queuedir_messages();
	struct durable durable = j.in.commit.durable;

	j.in.commit.durable = (struct durable){ .all = 1 };
	put(ENV "\n", 1);
	close(null);
	j.in.commit.root = null;
	inject_commit(&j);
	j.in.commit.root = root;
	j.in.commit.durable = durable;
	inject_before_wait(&j);
	ok(strstr(come(client), ":Z") != NULL, "later");
	is_str(come(trigger), "", "queue-run hears nothing");
	ok(strstr(come(events), "ev:accepted") == NULL, "nor does the log");
	is_num(queuedir_messages(), before, "nothing is in the queue");
}

/* queue-run is not there: it finds what has come by itself */
static void
alone(void)
{
	close(trigger);
	put(ENV "\n", 1);
	inject_before_wait(&j);
	is_num(buf_len(&j.ids), 0, "nothing is kept for it");
	is_num(j.fifo, -1, "nor its FIFO open");
	ok(strstr(come(client), ":K") != NULL, "the receipt comes");
}

int
main(void)
{
	static char *args[] = { "batch", NULL };
	char path[100];
	int p[2];

	prog_init(args);
	queuedir_make();
	snprintf(path, sizeof path, "%s/trigger", queuedir);
	if ((access(path, F_OK) == -1 && mkfifo(path, 0600) == -1) ||
	    (trigger = open(path, O_RDONLY | O_NONBLOCK)) == -1 ||
	    fd_pipe(p) == -1 || fd_nonblock(p[0]) == -1 ||
	    dup2(p[1], 2) == -1 ||
	    intake_open(&j.in, queuedir, COMMIT_TRY) == -1)
		return 111;
	events = p[0];
	j.in.size_max = 1 << 20;
	j.in.rcpts_max = 10;
	connection();
	begin();
	kinds();
	several();
	gone();
	gathering();
	failing();
	alone();
	fflush(stdout);
	queuedir_remove();
	return done();
}

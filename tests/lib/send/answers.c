/* results on their way up, and what is noted before a final dot */
#include "send/answers.h"
#include "base/clock.h"
#include "base/fd.h"
#include "send/sites.h"
#include "tap.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static const struct wire_ops no_ops;
static struct link chain;
static struct sendanswers answers = { .link = &chain };
static struct sendslot slot = { .site = {
				    .name = (char *)"s", .via = (char *)"p" } };
static int pipe_[2]; /* what is written on 2 */

static const struct sendjob *
parsed(const char *labels)
{
	static struct sendjob j;
	static char line[SENDJOB_TEXT_MAX + 200];
	int n = snprintf(line, sizeof line, "%s\n", labels);

	sendjob_parse(line, n, &j);
	return &j;
}

#define REST \
	"\tfrom:a@b\tto:c@d\tsize:1\tfile:/x\toff:1\tsite:s\tmx:m/25/192.0.2.1"

/* three recipients, of which the last is at his second try */
static struct sendtxn *
three(void)
{
	struct sendtxn *t = sendtxn_new(parsed("id:m1\tn:0" REST));

	sendtxn_add(t, parsed("id:m1\tn:5\ttry:0" REST));
	sendtxn_add(t, parsed("id:m1\tn:7\ttry:1" REST));
	t->slot = &slot;
	return t;
}

/* what goes up, since it was asked last */
static const char *
up(void)
{
	static char t[40000];

	snprintf(t, sizeof t, "%.*s", (int)buf_len(&chain.up.out),
	    buf_data(&chain.up.out));
	buf_clear(&chain.up.out);
	return t;
}

static void
one(void)
{
	struct sendresult r = { .status = "sent", .code = 250 };
	struct sendtxn *t = three();

	sendanswers_rcpt(&answers, t, 1, NULL, &r);
	is_str(up(),
	    "id:m1\tn:5\ttry:0\tstatus:sent\tcode:250\tsite:s\tvia:p\n",
	    "one recipient");
	is_num(t->mail.rcpt[1].state, SMTPOUT_DECIDED, "has his");
	is_num(t->mail.rcpt[0].state, SMTPOUT_WAITING, "the others do not");
	is_num(r.ms, -1, "it has not begun");
	t->started_ms = clock_mono_ms() - 5;
	sendanswers_rcpt(&answers, t, 0, NULL, &r);
	ok(r.ms >= 5 && r.ms < 60000, "how long it took");
	is_num(r.attempt, 0, "no number of tries");
	ok(chain.up.dirty, "it leaves by itself");
	up();
	sendtxn_free(t);
}

static void
hosts(void)
{
	struct sendhost host = { .name = (char *)"m.example",
		.ip = "192.0.2.1" };
	struct sendhost nameless = { .name = NULL };
	struct sendresult r = { .status = "sent" };
	struct sendtxn *t = three();

	sendanswers_rcpt(&answers, t, 0, &nameless, &r);
	is_str(up(), "id:m1\tn:0\tstatus:sent\tsite:s\tvia:p\n",
	    "no host has had its turn");
	sendanswers_rcpt(&answers, t, 0, &host, &r);
	is_str(up(),
	    "id:m1\tn:0\tstatus:sent\thost:m.example\tip:192.0.2.1\t"
	    "site:s\tvia:p\n",
	    "the one that answered");
	r = (struct sendresult){
		.status = "sent", .host = "other.example", .ip = "192.0.2.2"
	};
	sendanswers_rcpt(&answers, t, 0, &host, &r);
	is_str(up(),
	    "id:m1\tn:0\tstatus:sent\thost:other.example\tip:192.0.2.2\t"
	    "site:s\tvia:p\n",
	    "who says so himself is believed");
	sendtxn_free(t);
}

static void
rest(void)
{
	struct sendresult r = { .status = "deferred", .class = "lost" };
	struct sendtxn *t = three();

	t->mail.rcpt[1].state = SMTPOUT_DECIDED;
	t->mail.rcpt[2].state = SMTPOUT_ACCEPTED;
	sendanswers_rest(&answers, t, NULL, &r);
	is_str(up(),
	    "id:m1\tn:0\tstatus:deferred\tclass:lost\tsite:s\tvia:p\n"
	    "id:m1\tn:7\ttry:1\tstatus:deferred\tclass:lost\tsite:s\tvia:p\n",
	    "all who have none yet");
	sendanswers_rest(&answers, t, NULL, &r);
	is_str(up(), "", "once");
	sendtxn_free(t);
}

/* the note, for those whose fate the dot decides; not without a record */
static void
sending(void)
{
	struct sendtxn *t = three();
	int fd = memfd_create("record", MFD_CLOEXEC);
	char in[1000];
	ssize_t n;

	t->mail.rcpt[1].state = SMTPOUT_DECIDED;
	sendanswers_sending(&answers, t);
	is_num(buf_len(&answers.noted), 0, "nothing where nobody keeps it");
	wire_record(&chain.up, fd);
	sendanswers_sending(&answers, t);
	sendanswers_sending(&answers, t);
	n = pread(fd, in, sizeof in - 1, 0);
	in[n] = '\0';
	is_str(in,
	    "\nid:m1\tn:0\tstatus:sending\nid:m1\tn:7\ttry:1\tstatus:sending\n"
	    "\nid:m1\tn:0\tstatus:sending\nid:m1\tn:7\ttry:1\tstatus:sending\n",
	    "a line each");
	is_str(up(), "", "which does not go up");
	is_num(t->mail.rcpt[0].state, SMTPOUT_WAITING, "and decides nothing");
	t->mail.rcpt[0].state = t->mail.rcpt[2].state = SMTPOUT_DECIDED;
	sendanswers_sending(&answers, t);
	is_num(lseek(fd, 0, SEEK_END), n, "nobody: no line");
	wire_record(&chain.up, -1);
	close(fd);
	sendtxn_free(t);
}

static const char *
warned(void)
{
	static char t[4096];
	ssize_t n = read(pipe_[0], t, sizeof t - 1);

	t[n > 0 ? n : 0] = '\0';
	return t;
}

/* a job alone; id: as it stands in the line */
static const char *
job(const char *labels, const struct sendsite *site)
{
	struct sendresult r = { .status = "deferred", .esc = "4.3.5" };

	sendanswers_job(&answers, parsed(labels), site, &r, "why not");
	return up();
}

static void
jobs(void)
{
	char label[SENDJOB_TEXT_MAX + 100], want[SENDJOB_TEXT_MAX + 200];
	int n;

	is_str(job("id:m1\tn:3\ttry:4", NULL),
	    "id:m1\tn:3\ttry:4\tstatus:deferred\tesc:4.3.5\ttext:why not\n",
	    "a job");
	is_str(job("id:m1\tn:3", &slot.site),
	    "id:m1\tn:3\tstatus:deferred\tesc:4.3.5\ttext:why not\tsite:s\t"
	    "via:p\n",
	    "and its site");
	is_str(job("id:a\\tb\tn:3", NULL),
	    "id:a\\tb\tn:3\tstatus:deferred\tesc:4.3.5\ttext:why not\n",
	    "an escaped id stays so");
	is_str(warned(), "", "no warning");
	is_str(job("n:3", NULL), "", "without an id nobody is answered");
	is_str(warned(), "rohrpost: warning: dropped: why not\n", "but warned");

	/* with the NUL behind it */
	n = snprintf(label, sizeof label, "id:");
	memset(label + n, 'i', SENDJOB_TEXT_MAX);
	strcpy(label + n + SENDJOB_TEXT_MAX - 1, "\tn:3");
	snprintf(want, sizeof want,
	    "%s\tstatus:deferred\tesc:4.3.5\ttext:why not\n", label);
	is_str(job(label, NULL), want, "a long id");
	memset(label + n, 'i', SENDJOB_TEXT_MAX);
	strcpy(label + n + SENDJOB_TEXT_MAX, "\tn:3");
	is_str(job(label, NULL), "", "a longer one");
	is_str(warned(), "rohrpost: warning: dropped: why not\n",
	    "is warned of");
}

int
main(void)
{
	if (pipe(pipe_) == -1 || dup2(pipe_[1], 2) == -1)
		return 111;
	fd_nonblock(pipe_[0]);
	wire_open(&chain.up, -1, open("/dev/null", O_WRONLY | O_CLOEXEC),
	    &no_ops, NULL);
	one();
	hosts();
	rest();
	sending();
	jobs();
	return done();
}

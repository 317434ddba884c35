/*
 * local-deliver - the end of the delivering chain for local recipients:
 * Maildirs, commands, forwarding
 */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/num.h"
#include "mail/forward.h"
#include "mail/header.h"
#include "net/event.h"
#include "net/inject.h"
#include "net/link.h"
#include "net/maildir.h"
#include "net/program.h"
#include "proto/job.h"
#include "proto/ltsv.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PROGRAMS_MAX = 256,          /* commands at once, at most */
	PROGRAMS_DEFAULT = 20,
	WAITING_MAX = 1000,          /* jobs waiting for a command's turn */
	WAITING_AGAIN_S = 15,        /* `later` for those above that */
	TIMEOUT_DEFAULT_S = 300,
	TIMEOUT_MAX_S = 86400,
	HEAD_READ = 262144,          /* of a message, looked at for loops */
	STOP_MS = 1500,              /* for what runs when the input ends */
	TEXT_MAX = 512               /* of a result */
};

static const char usage[] =
    "local-deliver [-c] [-n commands] [-t seconds] maildirs [next ...]";

struct job {
	char *line;
	size_t line_len;
	char *id, *from, *to, *user, *path;
	struct forward_orders orders;
	char *command;         /* the one to run next, or that runs */
	uint64_t off, len;
	int64_t began_ms;
	struct buf before;     /* Return-Path and Delivered-To */
	struct buf text;       /* of the result */
	struct program *program;
	struct job *next;
};

static struct link chain;
static struct inject inject;
static struct maildir_batch batch;
static struct loop_hook hook;
static struct loop_timer stop_timer;
static struct program programs[PROGRAMS_MAX];
static struct job *waiting, **waiting_last = &waiting;
static unsigned n_waiting, n_running, n_forwarding, programs_max;
static int base_fd, create, closing, holding;
static const char *base_path;
static char *const *next_argv;
static int64_t timeout_ms = TIMEOUT_DEFAULT_S * 1000;
static struct buf out;

static void step(struct job *);
static void start_command(struct job *);

static void *
need(void *p)
{
	if (p == NULL)
		die(EXIT_TEMP, "out of memory");
	return p;
}

static void
needs(int r)
{
	if (r == -1)
		die(EXIT_TEMP, "out of memory");
}

static void
job_free(struct job *j)
{
	free(j->line);
	free(j->id);
	free(j->from);
	free(j->to);
	free(j->user);
	free(j->path);
	forward_free(&j->orders);
	free(j->command);
	buf_free(&j->before);
	buf_free(&j->text);
	free(j);
}

/*
 * Results
 */
static void
result_begin(const struct job *j, const char *status)
{
	struct ltsv l;

	buf_clear(&out);
	ltsv_parse(j->line, j->line_len, &l);
	needs(job_answer(&out, &l, NULL));
	needs(ltsv_puts(&out, "status", status));
}

static void
result_end(struct job *j, const char *text, size_t n)
{
	needs(ltsv_put(&out, "text", text, n < TEXT_MAX ? n : TEXT_MAX));
	needs(ltsv_putnum(&out, "ms", clock_mono_ms() - j->began_ms));
	needs(ltsv_end(&out));
	link_up(&chain, buf_data(&out), buf_len(&out));
	job_free(j);
}

static void
answer(struct job *j, const char *status, const char *esc, const char *class,
    const char *text, size_t n)
{
	result_begin(j, status);
	needs(ltsv_puts(&out, "esc", esc));
	if (class != NULL)
		needs(ltsv_puts(&out, "class", class));
	result_end(j, text, n);
}

static void
bounced(struct job *j, const char *esc, const char *class, const char *text)
{
	answer(j, "bounced", esc, class, text, strlen(text));
}

static void
deferred(struct job *j, const char *esc, const char *text)
{
	answer(j, "deferred", esc, "local", text, strlen(text));
}

/* a failed system call: nothing of that kind is the recipient's fault */
static void
failed(struct job *j, const char *what, int err)
{
	const char *esc = "4.3.0";
	char text[TEXT_MAX];

	if (err == EDQUOT)
		esc = "4.2.2";
	else if (err == ENOSPC)
		esc = "4.3.1";
	snprintf(text, sizeof text, "%s: %s", what, strerror(err));
	deferred(j, esc, text);
}

/* what cannot be begun now */
static void
later(struct job *j, const char *text)
{
	result_begin(j, "later");
	needs(ltsv_putnum(&out, "next", clock_wall_s() + WAITING_AGAIN_S));
	result_end(j, text, strlen(text));
}

static void
add_text(struct job *j, const char *what, const char *s, size_t n)
{
	if (buf_len(&j->text) > 0)
		needs(buf_puts(&j->text, "; "));
	needs(buf_puts(&j->text, what));
	needs(buf_put(&j->text, s, n < TEXT_MAX ? n : TEXT_MAX));
}

static void
sent(struct job *j)
{
	answer(j, "sent", "2.0.0", NULL, buf_data(&j->text),
	    buf_len(&j->text));
}

/*
 * Maildirs: written at once, committed before the loop waits
 */
static void
commit(void *arg)
{
	struct maildir_item *m;
	struct job *j;

	(void)arg;
	if (batch.n == 0)
		return;
	maildir_commit(&batch);
	for (m = batch.item; m < batch.item + batch.n; m++) {
		j = m->arg;
		if (m->error != 0) {
			failed(j, "unable to store the message", m->error);
			continue;
		}
		add_text(j, "stored as ", m->name, strlen(m->name));
		sent(j);
	}
	batch.n = 0;
	wire_flush_all();
}

/* nothing is left to wait for after the end of the input */
static void
maybe_end(void)
{
	if (!closing || n_running > 0 || n_forwarding > 0)
		return;
	commit(NULL);
	link_close_down(&chain);
}

static void
store(struct job *j)
{
	struct maildir_source source = { buf_data(&j->before),
		buf_len(&j->before), j->path, j->off, j->len };
	int dir = maildir_open(base_fd, j->user, create);
	struct maildir_item *m;

	if (dir == -1) {
		failed(j, "unable to open the mailbox", errno);
		return;
	}
	m = maildir_add(&batch, dir, &source, clock_wall_us());
	if (m == NULL) {
		failed(j, "unable to store the message", errno);
		return;
	}
	m->arg = j;
	if (batch.n == MAILDIR_BATCH_MAX)
		commit(NULL);
}

/*
 * Forwarding
 */
static void
adjust_hold(void)
{
	int full = inject_full(&inject);

	if (full && !holding)
		link_hold(&chain);
	else if (!full && holding)
		link_release(&chain);
	holding = full;
}

static void
forwarded(void *arg, enum receipt_kind kind, const char *text, size_t n)
{
	struct job *j = arg;
	char esc[8] = "";
	size_t i;

	n_forwarding--;
	if (kind == RECEIPT_OK) {
		add_text(j, "forwarded as ", text, n);
		step(j);
	} else {
		for (i = 0; i < n && i < sizeof esc - 1 && text[i] != ' '; i++)
			esc[i] = text[i];
		esc[i] = '\0';
		if (kind == RECEIPT_PERM && esc[0] == '5')
			answer(j, "bounced", esc, "local", text, n);
		else
			answer(j, "deferred", esc[0] == '4' ? esc : "4.3.0",
			    "local", text, n);
	}
	adjust_hold();
	maybe_end();
}

static void
forward(struct job *j)
{
	struct inject_parcel *p = need(calloc(1, sizeof *p));
	struct buf *env = &p->item.env;
	const char *at = NULL, *address;
	struct ltsv l;
	size_t n;

	ltsv_parse(j->line, j->line_len, &l);
	needs(parcel_puts(env, "from", j->from));
	needs(buf_puts(env, "proto local\n"));
	needs(job_envelope(env, &l));
	while (forward_address(&j->orders, &at, &address, &n)) {
		needs(buf_puts(env, "to "));
		needs(ltsv_escape(env, address, n));
		needs(job_parameters(env, &l));
		needs(buf_putc(env, '\n'));
	}
	/* the loop guard alone: who gets it back is not decided here */
	needs(buf_printf(&p->item.text, "Delivered-To: %s\n", j->to));
	p->path = j->path;
	p->off = j->off;
	p->len = j->len;
	p->done = forwarded;
	p->arg = j;
	n_forwarding++;
	inject_send(&inject, p);
	adjust_hold();
}

/*
 * Commands
 */
/* the user's Maildir, or where all of them are */
static char *
user_dir(const struct job *j)
{
	struct stat st;
	char *s;

	if (j->user != NULL && maildir_user_ok(j->user, strlen(j->user))) {
		if (asprintf(&s, "%s/%s", base_path, j->user) == -1)
			die(EXIT_TEMP, "out of memory");
		if (stat(s, &st) == 0 && S_ISDIR(st.st_mode))
			return s;
		free(s);
	}
	return need(strdup(base_path));
}

static int
run(struct job *j, struct program *g, const char *dir)
{
	const char *path = getenv("PATH"), *at = strrchr(j->to, '@');
	char *local = need(strndup(j->to,
	    at == NULL ? strlen(j->to) : (size_t)(at - j->to)));
	const struct program_env env[] = {
		{ "PATH", path == NULL ? "/usr/bin:/bin" : path },
		{ "SHELL", "/bin/sh" },
		{ "HOME", dir },
		{ "ID", j->id },
		{ "SENDER", j->from },
		{ "RECIPIENT", j->to },
		{ "LOCAL", local },
		{ "HOST", at == NULL ? "" : at + 1 },
		{ "USER", j->user == NULL ? local : j->user },
	};
	struct program_run r = { .command = j->command, .env = env,
		.n_env = sizeof env / sizeof *env, .dir = dir,
		.path = j->path, .off = j->off, .len = j->len,
		.before = buf_data(&j->before),
		.before_len = buf_len(&j->before), .timeout_ms = timeout_ms };
	int status = program_start(g, &r);

	free(local);
	return status;
}

/* those that waited for a command to end */
static void
start_waiting(void)
{
	struct job *j;

	while (waiting != NULL && n_running < programs_max) {
		j = waiting;
		waiting = j->next;
		if (waiting == NULL)
			waiting_last = &waiting;
		n_waiting--;
		start_command(j);
	}
}

static void
ended(struct program *g, int status)
{
	struct job *j = g->arg;
	const char *esc;
	enum program_verdict v = program_verdict(status, &esc);
	size_t n = g->output_len, i;

	g->arg = NULL;
	n_running--;
	while (n > 0 && (g->output[n - 1] == '\n' || g->output[n - 1] == ' '))
		n--;
	for (i = 0; i < n; i++)
		if (((unsigned char)g->output[i] < ' ' &&
			g->output[i] != '\n' && g->output[i] != '\t') ||
		    g->output[i] == 0x7f)
			g->output[i] = '?';
	if (v == PROGRAM_SENT) {
		add_text(j, n > 0 ? "command: " : "command succeeded",
		    g->output, n);
		if (WEXITSTATUS(status) == EXIT_STOP)
			sent(j);
		else
			step(j);
	} else if (status == PROGRAM_TIMED_OUT) {
		deferred(j, esc, "the command took too long");
	} else {
		buf_clear(&j->text);
		if (WIFEXITED(status))
			needs(buf_printf(&j->text, "command exit %d",
			    WEXITSTATUS(status)));
		else
			needs(buf_printf(&j->text, "command signal %d",
			    WTERMSIG(status)));
		needs(buf_puts(&j->text, n > 0 ? ": " : ""));
		needs(buf_put(&j->text, g->output, n));
		answer(j, v == PROGRAM_PERM ? "bounced" : "deferred", esc,
		    "local", buf_data(&j->text), buf_len(&j->text));
	}
	start_waiting();
	maybe_end();
}

static void
start_command(struct job *j)
{
	struct program *g = programs;
	char *dir;

	if (n_running >= programs_max) {
		if (n_waiting >= WAITING_MAX) {
			later(j, "too many commands are running");
			return;
		}
		j->next = NULL;
		*waiting_last = j;
		waiting_last = &j->next;
		n_waiting++;
		return;
	}
	while (g->arg != NULL)
		g++;
	g->arg = j;
	g->done = ended;
	dir = user_dir(j);
	if (run(j, g, dir) == -1) {
		g->arg = NULL;
		failed(j, "unable to run the command", errno);
	} else {
		n_running++;
	}
	free(dir);
}

/* what is left to do for a job: commands, which fail most, come first */
static void
step(struct job *j)
{
	const char *s;
	size_t n;

	if (forward_command(&j->orders, &s, &n)) {
		free(j->command);
		j->command = need(strndup(s, n));
		start_command(j);
	} else if (j->orders.forward) {
		j->orders.forward = 0;
		forward(j);
	} else if (j->orders.keep) {
		j->orders.keep = 0;
		store(j);
	} else {
		sent(j);
	}
}

/*
 * Jobs
 */
static char *
get(const struct ltsv *l, const char *label)
{
	const struct ltsv_field *f = ltsv_find(l, label);
	char *s;

	if (f == NULL)
		return NULL;
	s = need(malloc((size_t)f->value_len + 1));
	ltsv_value(f, s, (size_t)f->value_len + 1);
	return s;
}

/* no control bytes: these end up in header fields and the environment */
static int
clean(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return 0;
	return 1;
}

/* has it been delivered to this address before? */
static int
looped(struct job *j)
{
	static char head[HEAD_READ];
	struct header_field f;
	const char *p = head;
	ssize_t n = -1;
	int fd;

	fd = open(j->path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = pread(fd, head, j->len < sizeof head ? j->len
							 : sizeof head,
		    j->off);
		close(fd);
	}
	if (n == -1)
		return -1;
	while (header_next(&p, head + n, &f) == HEADER_FIELD)
		if (header_is(&f, "Delivered-To") &&
		    f.value_len == strlen(j->to) &&
		    strncasecmp(f.value, j->to, f.value_len) == 0)
			return 1;
	return 0;
}

/* the labels forward and program, as lines of a forward file; -1 when they
 * hold what is none */
static int
label_orders(struct job *j, const struct ltsv *l)
{
	char *list = get(l, "forward"), *program = get(l, "program");
	const char *p = list, *s;
	struct buf line = { 0 };
	size_t n;
	int r = 0;

	errno = 0;
	if (program != NULL && *program != '\0') {
		needs(buf_printf(&line, "|%s", program));
		r = clean(program) ? forward_add(&j->orders, buf_data(&line),
		    buf_len(&line)) : -1;
	}
	while (r == 0 && p != NULL &&
	    forward_word(&p, list + strlen(list), &s, &n)) {
		/* nothing from outside may become an order of another kind;
		 * a list of addresses may be longer than a file */
		r = forward_address_ok(s, n) ?
		    forward_add(&j->orders, s, n) : -1;
	}
	if (r == -1 && errno == ENOMEM)
		needs(-1);
	buf_free(&line);
	free(list);
	free(program);
	return r;
}

/*
 * Add MAILDIRS/USER/forward to the orders; where there is none, or it says
 * nothing, the mail is kept.  NULL, or what is wrong with errno, 0 when its
 * content is.
 */
static const char *
file_orders(struct job *j, int dir)
{
	static char text[FORWARD_FILE_MAX + 1];
	unsigned said = j->orders.said;
	ssize_t n = 0;
	int fd;

	fd = openat(dir, "forward", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 && errno != ENOENT)
		return "unable to read the forward file";
	if (fd != -1) {
		n = fd_read_all(fd, text, sizeof text);
		close(fd);
	}
	if (n == -1)
		return "unable to read the forward file";
	errno = 0;
	if (n > FORWARD_FILE_MAX)
		return "the forward file is too large";
	if (forward_add(&j->orders, text, n) == -1) {
		needs(errno == ENOMEM ? -1 : 0);
		errno = 0;
		return "the forward file has a bad line";
	}
	if (j->orders.said == said)
		j->orders.keep = 1;
	return NULL;
}

/* the user's mailbox and forward file; 0, or -1 when answered */
static int
find_user(struct job *j)
{
	const char *wrong;
	int dir;

	if (!maildir_user_ok(j->user, strlen(j->user))) {
		bounced(j, "5.1.1", "local", "no such mailbox");
		return -1;
	}
	dir = maildir_open(base_fd, j->user, create);
	if (dir == -1 && errno == ENOENT) {
		bounced(j, "5.1.1", "local", "no such mailbox");
		return -1;
	}
	if (dir == -1) {
		failed(j, "unable to open the mailbox", errno);
		return -1;
	}
	wrong = file_orders(j, dir);
	close(dir);
	if (wrong == NULL)
		return 0;
	if (errno != 0)
		failed(j, wrong, errno);
	else
		deferred(j, "4.3.5", wrong);
	return -1;
}

static void
deliver(struct job *j, const struct ltsv *l)
{
	int special = ltsv_find(l, "forward") != NULL ||
	    ltsv_find(l, "program") != NULL, keep;

	if (j->to == NULL || j->from == NULL || !clean(j->to) ||
	    !clean(j->from)) {
		bounced(j, "5.1.3", "local", "bad address");
		return;
	}
	switch (looped(j)) {
	case -1:
		failed(j, "unable to read the message", errno);
		return;
	case 1:
		bounced(j, "5.4.6", "loop",
		    "mail loop: it was delivered to this address before");
		return;
	}
	needs(buf_printf(&j->before, "Return-Path: <%s>\nDelivered-To: %s\n",
	    j->from, j->to));
	if (label_orders(j, l) == -1) {
		deferred(j, "4.3.5", "bad command or address to forward to");
		return;
	}
	/* an alias that keeps its own address: the mailbox as well */
	keep = !special || ltsv_find(l, "keep") != NULL;
	if (keep && j->user == NULL) {
		deferred(j, "4.3.5", "the job names no mailbox");
		return;
	}
	if (keep && find_user(j) == -1)
		return;
	if (j->orders.forward && next_argv[0] == NULL) {
		deferred(j, "4.3.5", "there is no next link to forward to");
		return;
	}
	step(j);
}

static size_t
request(struct link *k, const char *p, size_t n)
{
	size_t used = link_line(p, n);
	struct job *j;
	struct ltsv l;
	uint64_t size;

	(void)k;
	if (used == 0)
		return 0;
	j = need(calloc(1, sizeof *j));
	j->began_ms = clock_mono_ms();
	j->line = need(malloc(used));
	j->line_len = used;
	memcpy(j->line, p, used);
	if (ltsv_parse(j->line, used, &l) == -1 ||
	    ltsv_find(&l, "id") == NULL || ltsv_find(&l, "n") == NULL) {
		warn("request is no job");
		job_free(j);
		return used;
	}
	j->id = get(&l, "id");
	j->from = get(&l, "from");
	j->to = get(&l, "to");
	j->user = get(&l, "user");
	j->path = get(&l, "file");
	if (j->path == NULL ||
	    ltsv_num(&l, "off", 0, INT64_MAX, &j->off) == -1 ||
	    ltsv_num(&l, "size", 0, INT64_MAX - j->off, &size) == -1) {
		deferred(j, "4.3.0", "the job lacks file, off or size");
		return used;
	}
	j->len = size;
	deliver(j, &l);
	return used;
}

/* commands that still run are ended: their outcome is unknown */
static void
on_stop(void *arg)
{
	struct program *g;
	struct job *j;

	(void)arg;
	for (g = programs; g < programs + programs_max; g++) {
		if (g->arg == NULL)
			continue;
		program_kill(g);
		j = g->arg;
		g->arg = NULL;
		n_running--;
		result_begin(j, "deferred");
		needs(ltsv_puts(&out, "esc", "4.3.2"));
		needs(ltsv_puts(&out, "class", "local"));
		needs(ltsv_puts(&out, "doubt", "1"));
		result_end(j, "stopped while the command ran", 29);
	}
	inject_close(&inject);
	link_close_down(&chain);
}

static void
on_closing(struct link *k)
{
	struct job *j;

	(void)k;
	closing = 1;
	while ((j = waiting) != NULL) {
		waiting = j->next;
		later(j, "stopping");
	}
	waiting_last = &waiting;
	n_waiting = 0;
	commit(NULL);
	loop_timer_set(&stop_timer, STOP_MS, on_stop, NULL);
	maybe_end();
}

/* the reader of the answers is gone */
static void
on_ending(struct link *k, int status)
{
	struct program *g;

	(void)k;
	(void)status;
	for (g = programs; g < programs + programs_max; g++)
		if (g->arg != NULL)
			program_kill(g);
}

static const struct link_ops ops = { request, NULL, on_closing, on_ending };

int
main(int argc, char **argv)
{
	uint64_t u;
	int c;

	prog_init(argv);
	programs_max = PROGRAMS_DEFAULT;
	while ((c = getopt(argc, argv, "+cn:t:")) != -1) {
		switch (c) {
		case 'c':
			create = 1;
			break;
		case 'n':
			if (num_scans(optarg, 1, PROGRAMS_MAX, &u) == -1)
				die_usage(usage);
			programs_max = u;
			break;
		case 't':
			if (num_scans(optarg, 1, TIMEOUT_MAX_S, &u) == -1)
				die_usage(usage);
			timeout_ms = (int64_t)u * 1000;
			break;
		default:
			die_usage(usage);
		}
	}
	if (optind == argc)
		die_usage(usage);
	base_path = realpath(argv[optind], NULL);
	base_fd = base_path == NULL ? -1 :
	    open(base_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (base_fd == -1)
		die(EXIT_TEMP, "unable to open %s: %m", argv[optind]);
	next_argv = argv + optind + 1;
	umask(077);
	fd_limit_raise();
	inject_init(&inject, next_argv);
	loop_hook_start(&hook, commit, NULL);
	link_open(&chain, &ops);
	return link_run(&chain);
}

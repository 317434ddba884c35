/* send-many - a message to each row of a list */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "base/out.h"
#include "base/random.h"
#include "base/wholefile.h"
#include "chain/handover.h"
#include "compose/compose.h"
#include "format/jsonread.h"
#include "many/listread.h"
#include "many/mailtext.h"
#include "many/progress.h"
#include "many/sentfile.h"
#include "sendmail/handin.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef ROHRPOST_DIR
#define ROHRPOST_DIR "/var/lib/rohrpost"
#endif

static const char usage[] =
    "send-many [-n] [-C dir] [-j connections] [-r rate] [-s state] "
    "[-w seconds] -c campaign list template";

enum {
	UNDER_WAY = 8,     /* messages for each connection */
	AGAIN_MS = 1000,   /* after a temporary failure */
	TICK_MS = 200,     /* between two looks at the clock */
	RATE_MAX = 100000, /* messages a second */
	WAIT_MAX_S = 86400
};

/* a row that is under way, or waits to be handed in again */
struct item {
	struct handover_item parcel;
	struct item *next;
	char key[LISTROW_KEY_MAX + 1];
	size_t line;
	const char *raw; /* as it stands in the list */
	size_t raw_len;
};

static struct handin service;
static struct handover chains;
static struct compose template;
static struct wholefile list_file;
static struct listread list;
static struct keyset keys;
static struct sentfile sent = { .fd = -1 };
static struct progress progress;
static const char *campaign, *state_path, *tmp;
static char *reject_path;
static struct item *again;
static unsigned under_way, waiting, window = UNDER_WAY;
static uint64_t rate, taken, seed;
static int64_t began_ms, good_ms, wait_s = 60, rated_ms;
static int dry, at_end, terminal, reject_fd = -1;
static struct loop_timer tick, retry;
static struct loop_hook hook, writer;

/* rejects */

static void
reject_bytes(const char *p, size_t n)
{
	if (n > 0 &&
	    (fd_write_all(reject_fd, p, n) == -1 ||
		(p[n - 1] != '\n' && fd_write_all(reject_fd, "\n", 1) == -1)))
		die(EXIT_TEMP, "unable to write %s: %m", reject_path);
}

static void
clear_line(void)
{
	if (terminal)
		(void)!write(2, "\r\033[K", 4);
}

/* path: in the row, or "" */
static void
reject(size_t line, const char *raw, size_t n, const char *path,
    const char *why)
{
	progress.rejected++;
	clear_line();
	warn("line %zu: %s%s%s", line, path, *path == '\0' ? "" : ": ", why);
	if (dry)
		return;
	if (reject_fd == -1) {
		reject_fd = open(reject_path,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (reject_fd == -1)
			die(EXIT_TEMP, "unable to write %s: %m", reject_path);
		reject_bytes(list.heading_raw, list.heading_len);
	}
	reject_bytes(raw, n);
}

/* receipts */

static void
free_item(struct item *i)
{
	buf_free(&i->parcel.env);
	buf_free(&i->parcel.text);
	free(i);
}

static void
wait_again(struct item *i)
{
	i->next = again;
	again = i;
	waiting++;
}

static void
was_taken(struct item *i, const char *text, size_t n)
{
	const char *blank = memchr(text, ' ', n);

	if (blank == NULL)
		progress.sent++;
	else
		progress.repeated++;
	needs(sentfile_add(&sent, text,
	    blank == NULL ? n : (size_t)(blank - text), i->key));
	free_item(i);
}

static void
on_receipt(struct handover_item *p, enum receipt_kind kind, const char *text,
    size_t n)
{
	struct item *i = (struct item *)p;
	char why[RECEIPT_MAX + 1];

	under_way--;
	if (kind == RECEIPT_TEMP) {
		wait_again(i);
		return;
	}
	good_ms = clock_mono_ms();
	if (kind == RECEIPT_OK) {
		was_taken(i, text, n);
		return;
	}
	snprintf(why, sizeof why, "refused: %.*s", (int)n, text);
	reject(i->line, i->raw, i->raw_len, "", why);
	free_item(i);
}

/* rows */

/* the next row that is to be sent, or NULL at the end */
static struct item *
next_item(void)
{
	struct compose_fault f = { 0 };
	const char *why;
	struct item *i;
	json_t *rcpt;
	int k;

	for (;;) {
		i = need(calloc(1, sizeof *i));
		i->parcel.fd = -1;
		k = listread_next(&list, campaign, &rcpt, i->key, &why);
		i->line = list.line;
		i->raw = list.raw;
		i->raw_len = list.raw_len;
		progress.at = listread_at(&list, list_file.p);
		if (k == 0)
			break;
		if (k == -1) {
			reject(i->line, i->raw, i->raw_len, "", why);
		} else if (compose_rcpt(&template, rcpt, 0, seed + i->line,
			       &i->parcel.env, &i->parcel.text, &f) == -1) {
			if (f.memory)
				die(EXIT_TEMP, "out of memory");
			reject(i->line, i->raw, i->raw_len, f.path, f.why);
			json_decref(rcpt);
		} else {
			json_decref(rcpt);
			k = keyset_add(&keys, i->key, strlen(i->key));
			needs(k);
			if (k == 1)
				return i;
			progress.repeated++;
		}
		free_item(i);
	}
	free_item(i);
	at_end = 1;
	return NULL;
}

/* how many may go now, of the rate that is wanted */
static int
may_go(void)
{
	int64_t ms = clock_mono_ms() - rated_ms;

	if (rate == 0 || taken < (uint64_t)ms * rate / 1000 + 1)
		return 1;
	return 0;
}

static void
hand_over(struct item *i)
{
	i->parcel.done = on_receipt;
	i->parcel.next = NULL;
	if (handover_put(&chains, &i->parcel) == 0) {
		under_way++;
		return;
	}
	wait_again(i);
}

static void
on_retry(void *arg)
{
	struct item *i, *all = again;

	(void)arg;
	again = NULL;
	waiting = 0;
	while ((i = all) != NULL) {
		all = i->next;
		hand_over(i);
	}
}

/* each time before the loop waits: what has room is handed over */
static void
pump(void *arg)
{
	struct item *i;

	(void)arg;
	handover_start(&chains);
	while (!at_end && under_way + waiting < window && may_go()) {
		i = next_item();
		if (i == NULL)
			break;
		taken++;
		hand_over(i);
	}
	if (again != NULL && !loop_timer_active(&retry))
		loop_timer_set(&retry, AGAIN_MS, on_retry, NULL);
	if (at_end && under_way == 0 && again == NULL)
		loop_stop();
}

static void
write_state(void *arg)
{
	(void)arg;
	if (sentfile_write(&sent) == -1)
		die(EXIT_TEMP, "unable to write %s: %m", state_path);
}

static void
show_bar(void)
{
	struct buf b = { 0 };

	progress.ms = clock_mono_ms() - began_ms;
	needs(buf_puts(&b, "\r"));
	needs(progress_bar(&b, &progress));
	needs(buf_puts(&b, "\033[K"));
	(void)!write(2, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

static void
on_tick(void *arg)
{
	(void)arg;
	if (terminal)
		show_bar();
	if (again != NULL && clock_mono_ms() - good_ms > wait_s * 1000) {
		write_state(NULL);
		clear_line();
		die(EXIT_TEMP,
		    "nothing was taken for %lld s: start again to go on",
		    (long long)wait_s);
	}
	loop_timer_set(&tick, TICK_MS, on_tick, NULL);
}

/* files */

static void
read_whole(struct wholefile *w, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1 || wholefile_open(w, fd, tmp) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	if (fd != 0)
		close(fd);
}

static void
read_template(const char *path)
{
	char fault[JSONREAD_WHY_MAX];
	const char *why = fault, *p;
	struct compose_fault f = { 0 };
	struct wholefile w;
	json_t *j;

	read_whole(&w, path);
	for (p = w.p; p < w.p + w.n && ascii_white(*p); p++)
		;
	j = p < w.p + w.n && *p == '{'
	    ? jsonread(w.p, w.n, JSONREAD_ONCE, fault)
	    : mailtext_read(w.p, w.n, &why);
	if (j == NULL)
		die(EXIT_PERM, "%s: %s", path, why);
	if (compose_template(&template, j, &f) == -1)
		die(f.memory ? EXIT_TEMP : EXIT_PERM, "%s: %s%s%s", path,
		    f.path, *f.path == '\0' ? "" : ": ", f.why);
	json_decref(j);
	wholefile_close(&w);
}

static void
read_list(const char *path)
{
	const char *why;

	read_whole(&list_file, path);
	if (listread_open(&list, list_file.p, list_file.n, &why) == -1)
		die(EXIT_PERM, "%s: %s", path, why);
	progress.all = list_file.n;
}

/* beside the list, unless it is said where */
static void
open_state(const char *path)
{
	struct buf b = { 0 };

	if (state_path == NULL) {
		if (strcmp(path, "-") == 0)
			die(EXIT_PERM, "say -s for a list from descriptor 0");
		needs(buf_printf(&b, "%s.%s.sent", path, campaign));
		needs(buf_putc(&b, '\0'));
		state_path = buf_data(&b);
		memset(&b, 0, sizeof b);
	}
	needs(buf_printf(&b, "%s.rejected", state_path));
	needs(buf_putc(&b, '\0'));
	reject_path = buf_data(&b);
	switch (sentfile_open(&sent, state_path, &keys)) {
	case SENTFILE_OK: break;
	case SENTFILE_BUSY: die(EXIT_TEMP, "another run has %s", state_path);
	case SENTFILE_ERROR: die(EXIT_TEMP, "unable to use %s: %m", state_path);
	}
	if (unlink(reject_path) == -1 && errno != ENOENT)
		die(EXIT_TEMP, "unable to remove %s: %m", reject_path);
}

/* runs */

static void
run_dry(void)
{
	struct buf out = { 0 };
	struct item *i;

	while ((i = next_item()) != NULL) {
		if (progress.sent++ == 0) {
			needs(buf_put(&out, buf_data(&i->parcel.env),
			    buf_len(&i->parcel.env)));
			needs(buf_putc(&out, '\n'));
			needs(buf_put(&out, buf_data(&i->parcel.text),
			    buf_len(&i->parcel.text)));
		}
		free_item(i);
	}
	out_flush(&out);
	info("%llu would be sent, %llu repeated, %llu rejected",
	    (unsigned long long)progress.sent,
	    (unsigned long long)progress.repeated,
	    (unsigned long long)progress.rejected);
}

static void
run(unsigned connections)
{
	char *argv[4];
	struct buf b = { 0 };

	needs(handin_link(&service, argv));
	window = connections * UNDER_WAY;
	began_ms = good_ms = rated_ms = clock_mono_ms();
	handover_init(&chains, argv, connections);
	loop_hook_first(&hook, pump, NULL);
	loop_hook_start(&writer, write_state, NULL);
	loop_timer_set(&tick, 0, on_tick, NULL);
	loop_run();
	write_state(NULL);
	progress.ms = clock_mono_ms() - began_ms;
	clear_line();
	needs(progress_end(&b, &progress));
	info("%.*s", (int)buf_len(&b), buf_data(&b));
	handover_close(&chains);
}

int
main(int argc, char **argv)
{
	unsigned connections = 8;
	int c;

	prog_init(argv);
	service.dir = getenv("ROHRPOST_DIR");
	opterr = 0;
	while ((c = getopt(argc, argv, "+C:c:j:nr:s:w:")) != -1)
		switch (c) {
		case 'C': service.dir = optarg; break;
		case 'c': campaign = optarg; break;
		case 'j':
			connections = (unsigned)opt_num(c, optarg, 1,
			    HANDOVER_CHAINS_MAX);
			break;
		case 'n': dry = 1; break;
		case 'r': rate = opt_num(c, optarg, 1, RATE_MAX); break;
		case 's': state_path = optarg; break;
		case 'w': wait_s = opt_num(c, optarg, 1, WAIT_MAX_S); break;
		default: die_usage(usage);
		}
	if (optind + 2 != argc || campaign == NULL)
		die_usage(usage);
	if (!listrow_campaign(campaign))
		opt_bad('c', campaign,
		    "a name without blanks, slashes and colons");
	if (service.dir == NULL || *service.dir == '\0')
		service.dir = ROHRPOST_DIR;
	service.chain = getenv("ROHRPOST_INJECT");
	if (service.chain != NULL && *service.chain == '\0')
		service.chain = NULL;
	tmp = getenv("TMPDIR");
	tmp = tmp != NULL && *tmp != '\0' ? tmp : "/tmp";
	if (random_bytes(&seed, sizeof seed) == -1)
		die(EXIT_TEMP, "unable to get random bytes: %m");
	read_template(argv[optind + 1]);
	read_list(argv[optind]);
	terminal = !dry && isatty(2);
	if (dry)
		run_dry();
	else {
		open_state(argv[optind]);
		run(connections);
	}
	return progress.rejected > 0 ? EXIT_PERM : EXIT_OK;
}

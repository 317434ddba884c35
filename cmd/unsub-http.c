/* unsub-http - the end of List-Unsubscribe over HTTP: requests -> events, on disk
 * before they are answered */
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/jail.h"
#include "base/opt.h"
#include "chain/event.h"
#include "chain/listen.h"
#include "feedback/factlog.h"
#include "feedback/oneclick.h"
#include "fix/tokenkeys.h"
#include "httpd/addrrate.h"
#include "httpd/httpd.h"
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
	UNSUB_DAYS_DEFAULT = 400, /* a link is good for so long */
	UNSUB_DAYS_MAX = 36500,
	UNSUB_RATE_DEFAULT = 1200, /* requests of an address in a minute */
	UNSUB_RATE_MAX = 600000,
	UNSUB_BURST = 6, /* a part of a minute's, at once */
	UNSUB_TICK_MS = 30000,
	SECONDS_A_DAY = 86400
};

static const char usage[] =
    "unsub-http -k KEYFILE -l ADDRESS [-x] [-d DAYS] [-r RATE] [-s STREAM] "
    "[-t TENANT] DIR";

static struct httpd server;
static struct tokenkeys keys;
static struct factlog facts;
static struct addrrate rates = { .keys_max = ADDRRATE_KEYS_MAX };
static struct list held; /* requests whose events are put, not on disk yet */
static struct buf page, line;
static struct loop_timer tick;
static const char *keyfile, *at, *tenant, *stream;
static unsigned days = UNSUB_DAYS_DEFAULT, rate = UNSUB_RATE_DEFAULT;
static int told;

/* what is so from now on; 0, or -1 */
static int
note(const struct httpd_request *r, const struct token *t)
{
	char ip[IP_TEXT];
	unsigned char a[IP_LEN];

	event_begin("unsubscribe");
	if (t->rcpt[0] != '\0')
		event_puts("to", t->rcpt);
	event_puts("by", "one-click");
	event_puts("uuid", t->id);
	event_puts("tied-by", "list-token");
	event_num("trusted", 1);
	if (t->list[0] != '\0')
		event_puts("list", t->list);
	if (tenant != NULL)
		event_puts("tenant", tenant);
	if (stream != NULL)
		event_puts("stream", stream);
	memcpy(a, r->ip, IP_LEN);
	if (memcmp(a, (unsigned char[IP_LEN]){ 0 }, IP_LEN) != 0)
		event_puts("client", ip_text(a, ip_unmap(a, IP_LEN), ip));
	buf_clear(&line);
	needs(event_end_into(&line));
	return factlog_put(&facts, buf_data(&line), buf_len(&line));
}

static void
answer(struct httpd_request *r, const struct oneclick *o)
{
	httpd_answer(r, o->status, o->more,
	    (struct slice){ buf_data(&page), buf_len(&page) });
}

static void
later(struct httpd_request *r)
{
	struct oneclick o;

	needs(oneclick_later(&o, &page));
	answer(r, &o);
}

static void
on_request(void *arg, struct httpd_request *r)
{
	struct oneclick_request q = { r->method, r->path, r->argument, r->type,
		{ buf_data(&r->body), buf_len(&r->body) }, r->too_large };
	struct oneclick o;

	(void)arg;
	if (rate > 0 &&
	    addrrate_take(&rates, r->ip, clock_mono_ms() * 1000) > 0) {
		needs(oneclick_slower(&o, &page));
		answer(r, &o);
		return;
	}
	tokenkeys_check(&keys);
	needs(oneclick_judge(&o, &q, &keys.keys,
	    (unsigned)(clock_wall_s() / SECONDS_A_DAY), days, &page));
	if (o.what == ONECLICK_SAY) {
		answer(r, &o);
		return;
	}
	if (note(r, &o.token) == -1) {
		later(r);
		return;
	}
	needs(buf_put(&r->kept, buf_data(&page), buf_len(&page)));
	list_append(&held, &r->line);
}

/* all that came in this round is on disk together; only then they hear of it */
static void
commit(void *arg)
{
	struct list_node *n;
	struct httpd_request *r;
	int good;

	(void)arg;
	if (held.first == NULL)
		return;
	good = factlog_sync(&facts, clock_mono_ms()) == 0;
	if (!good && !told)
		warn("unable to write facts: %m");
	told = !good;
	while ((n = list_take(&held)) != NULL) {
		r = LIST_OF(n, struct httpd_request, line);
		if (good)
			httpd_answer(r, 200, NULL,
			    (struct slice){
				buf_data(&r->kept), buf_len(&r->kept) });
		else
			later(r);
	}
}

static void
on_tick(void *arg)
{
	(void)arg;
	factlog_tick(&facts, clock_mono_ms());
	loop_timer_set(&tick, UNSUB_TICK_MS, on_tick, NULL);
}

static void
on_term(void *arg)
{
	(void)arg;
	commit(NULL);
	httpd_close(&server);
	loop_stop();
}

static void
option(int c, const char *arg)
{
	switch (c) {
	case 'd': days = (unsigned)opt_num(c, arg, 0, UNSUB_DAYS_MAX); break;
	case 'k': keyfile = arg; break;
	case 'l': at = arg; break;
	case 'r': rate = (unsigned)opt_num(c, arg, 0, UNSUB_RATE_MAX); break;
	case 's': stream = arg; break;
	case 't': tenant = arg; break;
	case 'x': server.proxied = 1; break;
	default: die_usage(usage);
	}
}

static int
open_socket(void)
{
	int fd = 0;

	if (strcmp(at, "-") != 0)
		fd = listen_open(at, 0600);
	else if (!listen_is(0))
		die(EXIT_PERM, "descriptor 0 is no listening socket");
	if (fd == -1)
		die(EXIT_TEMP, "unable to listen at %s: %m", at);
	if (fd_nonblock(fd) == -1)
		die(EXIT_TEMP, "unable to use descriptor 0: %m");
	return fd;
}

/* keys, which are renamed when they change, and facts */
static void
confine(const char *dir)
{
	char folder[JAIL_PATH];
	const char *const read[] = { jail_folder(keyfile, folder), NULL };
	const char *const write[] = { dir, NULL };
	const struct jail j = { JAIL_UNSUB_HTTP, read, write, read[0], NULL };

	jail_enter(&j);
}

/* many ask rarely, and a few, who ask for many, often */
static void
begin(const char *dir)
{
	int fd = open_socket();

	if (rate > 0)
		rates.limit = (struct bucket_limit){ INT64_C(60) * 1000000,
			rate, rate / UNSUB_BURST + 1 };
	tokenkeys_open(&keys, keyfile);
	if (factlog_open(&facts, dir, clock_mono_ms()) == -1)
		die(EXIT_TEMP, "unable to keep facts in %s: %m", dir);
	server.request = on_request;
	server.before = commit;
	if (httpd_open(&server, fd) == -1)
		die(EXIT_TEMP, "unable to serve %s: %m", at);
	on_tick(NULL);
	confine(dir);
	event_begin("started");
	event_num("pid", (uint64_t)getpid());
	event_end();
}

int
main(int argc, char **argv)
{
	static struct loop_signal term, intr;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+d:k:l:r:s:t:x")) != -1)
		option(c, optarg);
	if (keyfile == NULL || at == NULL || optind != argc - 1)
		die_usage(usage);
	fd_limit_raise();
	event_gather();
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_signal_start(&intr, SIGINT, on_term, NULL);
	begin(argv[optind]);
	loop_keep(1);
	loop_run();
	event_begin("stopped");
	event_num("pid", (uint64_t)getpid());
	event_end();
	event_flush();
	return EXIT_OK;
}

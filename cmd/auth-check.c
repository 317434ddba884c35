/* auth-check - check names and passwords by a checkpassword program */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "chain/listen.h"
#include "sasl/authserver.h"
#include "sasl/checkers.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { CHECKERS_DEFAULT = 8, CHECKERS_S_DEFAULT = 20, CHECKERS_S_MAX = 300 };

static const char usage[] = "auth-check [-n n] [-t seconds] program ...";

static struct authserver server;
static struct checkers checkers;

struct job {
	struct checkers_question c; /* first */
	struct authserver_question *q;
};

static unsigned
mechs(void *arg)
{
	(void)arg;
	return 1u << EXCHANGE_PLAIN | 1u << EXCHANGE_LOGIN;
}

static void
on_checked(struct checkers_question *c, int right)
{
	struct job *j = (struct job *)c;
	struct authserver_question *q = j->q;

	free(j);
	authserver_answer(&server, q,
	    right == -1      ? AUTHSERVER_LATER
		: right == 1 ? AUTHSERVER_RIGHT
			     : AUTHSERVER_WRONG);
}

static void
check(void *arg, struct authserver_question *q)
{
	struct job *j = need(calloc(1, sizeof *j));

	(void)arg;
	j->q = q;
	j->c.name = q->name;
	j->c.password = q->password;
	j->c.done = on_checked;
	checkers_ask(&checkers, &j->c);
}

static const struct authserver_ops ops = { mechs, check, NULL };

static void
on_term(void *arg)
{
	(void)arg;
	authserver_stop(&server);
	checkers_stop(&checkers);
	loop_stop();
}

int
main(int argc, char **argv)
{
	static struct loop_signal term, intr;
	unsigned n = CHECKERS_DEFAULT, seconds = CHECKERS_S_DEFAULT;
	int c;

	prog_init(argv);
	while ((c = getopt(argc, argv, "+n:t:")) != -1)
		if (c == 'n')
			n = (unsigned)opt_num(c, optarg, 1, CHECKERS_MAX);
		else if (c == 't')
			seconds =
			    (unsigned)opt_num(c, optarg, 1, CHECKERS_S_MAX);
		else
			die_usage(usage);
	if (optind == argc)
		die_usage(usage);
	/* no core file, no debugger of the same user */
	prctl(PR_SET_DUMPABLE, 0);
	if (!listen_is(0))
		die(EXIT_PERM, "descriptor 0 is no listening socket");
	if (fd_nonblock(0) == -1)
		die(EXIT_TEMP, "unable to use descriptor 0: %m");
	fd_limit_raise();
	checkers_init(&checkers, argv + optind, n, seconds);
	loop_signal_start(&term, SIGTERM, on_term, NULL);
	loop_signal_start(&intr, SIGINT, on_term, NULL);
	authserver_open(&server, 0, &ops, NULL);
	loop_keep(1);
	loop_run();
	return EXIT_OK;
}

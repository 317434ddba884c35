/* https-get - what an HTTPS server has at a URL */
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "base/out.h"
#include "http/httpsopt.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "https-get [-a cafile] [-C confdir] [-i prefix] [-m bytes] "
    "[-r addr[@port]] [-w seconds] url";

enum {
	GET_BYTES = 1 << 20, /* of what is there */
	GET_BYTES_MAX = 64 << 20,
	GET_WAIT_S = 60 /* for all of it */
};

static struct httpsopt common;
static struct https request = { .most = GET_BYTES,
	.wait_ms = GET_WAIT_S * 1000 };
static int status = EXIT_TEMP;

static void
on_answer(void *arg, const struct https_answer *a)
{
	struct buf b = { 0 };

	(void)arg;
	loop_stop();
	needs(httpsanswer_put(&b, a));
	if (a->fault == HTTPS_GOOD)
		status = EXIT_OK;
	out_flush(&b);
}

static void
options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+a:C:i:m:r:w:")) != -1)
		switch (c) {
		case 'm':
			request.most = opt_num(c, optarg, 0, GET_BYTES_MAX);
			break;
		default:
			if (!httpsopt_take(c, optarg, &common,
				&request.wait_ms))
				die_usage(usage);
		}
	if (argc - optind != 1)
		die_usage(usage);
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	options(argc, argv);
	request.url = argv[optind];
	httpsopt_done(&common);
	request.done = on_answer;
	if (https_start(&common.client, &request) == -1)
		die(EXIT_PERM, "%s: not an https URL", request.url);
	loop_run();
	return status;
}

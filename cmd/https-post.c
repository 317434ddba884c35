/* https-post - hand a file to an HTTPS server */
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/opt.h"
#include "http/httpsopt.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "https-post [-a cafile] [-C confdir] [-i prefix] [-r addr[@port]] "
    "[-t type] [-w seconds] -f urlfile | url file";

enum {
	POST_FILE_MAX = 64 << 20, /* bytes of what is posted */
	URL_FILE_MAX = 65536,     /* of the file that has the URL */
	HTTPS_ANSWER_MAX = 4096,  /* of an answer that are read */
	POST_WAIT_S = 60          /* for all of it */
};

static struct httpsopt common;
static struct https request = { .type = "application/tlsrpt+gzip",
	.most = HTTPS_ANSWER_MAX,
	.wait_ms = POST_WAIT_S * 1000 };
static const char *urlfile;
static int status = EXIT_TEMP;

/* what the server has is done; what it will never take is that for good, 4xx
 * but where it may be another time (RFC 9110 section 15.5) */
static int
judge(long code)
{
	if (code == 200 || code == 201 || code == 202 || code == 204)
		return EXIT_OK;
	if (code >= 400 && code < 500 && code != 408 && code != 425 &&
	    code != 429)
		return EXIT_PERM;
	return EXIT_TEMP;
}

static void
on_answer(void *arg, const struct https_answer *a)
{
	size_t n = 0;

	(void)arg;
	loop_stop();
	/* of its words no more is read than is shown: that is no fault */
	if (a->fault != HTTPS_GOOD && a->fault != HTTPS_TOO_LARGE) {
		warn("%s: %s", request.url, a->text);
		return;
	}
	status = judge(a->status);
	while (n < a->n && strchr("\r\n", a->body[n]) == NULL)
		n++;
	if (status != EXIT_OK)
		warn("%s: the answer is %ld: %.*s", request.url, a->status,
		    (int)n, a->body);
}

/* all of a file, NUL behind it */
static char *
slurp(const char *path, size_t max, size_t *n)
{
	char *p;

	if (fd_slurp(path, max, &p, n) == -1)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	return p;
}

/* the URL is the first line of the file; what is posted is the file of the
 * same name without .url */
static void
read_urlfile(void)
{
	size_t n, len = strlen(urlfile);
	char *url, *name;

	if (len < 5 || strcmp(urlfile + len - 4, ".url") != 0)
		die(EXIT_PERM, "%s: the name does not end in .url", urlfile);
	url = slurp(urlfile, URL_FILE_MAX, &n);
	url[strcspn(url, "\r\n")] = '\0';
	request.url = url;
	name = need(strndup(urlfile, len - 4));
	request.post = slurp(name, POST_FILE_MAX, &request.post_len);
}

static void
options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+a:C:f:i:r:t:w:")) != -1)
		switch (c) {
		case 'f': urlfile = optarg; break;
		case 't': request.type = optarg; break;
		default:
			if (!httpsopt_take(c, optarg, &common,
				&request.wait_ms))
				die_usage(usage);
		}
	if (argc - optind != (urlfile == NULL ? 2 : 0))
		die_usage(usage);
}

int
main(int argc, char **argv)
{
	prog_init(argv);
	options(argc, argv);
	if (urlfile != NULL) {
		read_urlfile();
	} else {
		request.url = argv[optind];
		request.post =
		    slurp(argv[optind + 1], POST_FILE_MAX, &request.post_len);
	}
	httpsopt_done(&common);
	request.done = on_answer;
	if (https_start(&common.client, &request) == -1)
		die(EXIT_PERM, "%s: not an https URL", request.url);
	loop_run();
	return status;
}

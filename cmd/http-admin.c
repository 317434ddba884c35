/* http-admin - one call of the interface by which an instance is administered */
#include "admin/adminjob.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] = "http-admin -a address dir";

static struct adminjob job;

static void
options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "+a:")) != -1)
		switch (opt) {
		case 'a': job.account = optarg; break;
		default: die_usage(usage);
		}
	if (argc - optind != 1 || job.account == NULL ||
	    strncmp(job.account, "unix:", 5) != 0 || job.account[5] == '\0')
		die_usage(usage);
	job.instance = argv[optind];
}

static void
answer(void)
{
	struct buf out = { 0 };

	needs(adminanswer_put(&job.answer, &out));
	if (adminreq_answer(0, 1, &out) == -1)
		die(EXIT_TEMP, "unable to write: %m");
	buf_wipe(&out);
}

int
main(int argc, char **argv)
{
	struct stat st;
	unsigned status;

	prog_init(argv);
	options(argc, argv);
	if (stat(job.instance, &st) == -1 || !S_ISDIR(st.st_mode))
		die(EXIT_TEMP, "unable to open %s: %m", job.instance);
	if (fd_block(0) == -1 || fd_block(1) == -1)
		die(EXIT_TEMP, "unable to read: %m");
	status = adminreq_read(&job.req, 0, 1);
	if (status == ADMINREQ_NONE)
		return EXIT_OK;
	if (status == 0)
		adminjob(&job);
	else
		adminanswer_fault(&job.answer, status, "");
	answer();
	adminjob_free(&job);
	return EXIT_OK;
}

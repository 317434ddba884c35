/* dkim-sign - a link that puts DKIM signatures on what goes out */
#include "base/die.h"
#include "base/exit.h"
#include "base/opt.h"
#include "sign/dkimstage.h"
#include "sign/signers.h"
#include "sign/signersfile.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "dkim-sign [-au] [-s socket] [-K keydir] [-t unixtime] -k table [next...]";

static const char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir;

	if (slash == NULL)
		return ".";
	dir = need(strdup(path));
	dir[slash == path ? 1 : slash - path] = '\0';
	return dir;
}

static void
open_table(struct conftable *t, const char *path)
{
	if (conftable_open(t, path, &conffile_dkim) == 0)
		return;
	if (t->text && errno == EINVAL)
		die(EXIT_TEMP, "%s is not good", path);
	if (t->text)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	warn("unable to open %s: %m", path);
}

int
main(int argc, char **argv)
{
	static struct conftable table;
	static struct dkimstage conf = { .table = &table };
	static struct stage stage;
	const char *socket = NULL, *keydir = NULL;
	int c, status;

	prog_init(argv);
	stage.ops = &dkimstage_ops;
	stage.arg = &conf;
	while ((c = getopt(argc, argv, "+aus:K:t:k:")) != -1) {
		if (c == 'a')
			conf.all = 1;
		else if (c == 'u')
			conf.unsigned_too = 1;
		else if (c == 's')
			socket = optarg;
		else if (c == 'K')
			keydir = optarg;
		else if (c == 'k')
			conf.path = optarg;
		else if (c == 't')
			conf.now = opt_time(c, optarg, 1, INT64_MAX / 2);
		else
			die_usage(usage);
	}
	if (conf.path == NULL || (socket != NULL && keydir != NULL))
		die_usage(usage);
	open_table(&table, conf.path);
	signer_setup(&conf.signer, socket,
	    keydir != NULL ? keydir : folder_of(conf.path));
	if (optind == argc) {
		conf.all = 1;
		status = stage_alone(&stage, NULL);
	} else {
		status = stage_link(&stage, argv + optind);
	}
	signer_close(&conf.signer);
	return status;
}

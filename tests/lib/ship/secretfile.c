#include "ship/secretfile.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static char dir[] = "/tmp/rohrpost-secretXXXXXX", path[64], other[64];

static void
write_as(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(name, "w");

	fputs(text, f);
	fclose(f);
	chmod(name, mode);
}

int
main(void)
{
	struct secretfile f = { 0 }, large = { 0 };
	const char *why = "";

	is_num(secretfile_look(&f, &why), 0, "none");
	if (mkdtemp(dir) == NULL)
		return 111;
	snprintf(path, sizeof path, "%s/s", dir);
	snprintf(other, sizeof other, "%s/t", dir);
	f.path = path;
	f.secret = 1;
	is_num(secretfile_look(&f, &why), -1, "not there");
	is_str(why, "No such file or directory", "is said");
	write_as(path, "one\r\nmore\n", 0640);
	is_num(secretfile_look(&f, &why), 1, "it is there");
	is_str(f.text, "one\r\nmore\n", "all of it");
	secretfile_first(&f);
	is_str(f.text, "one", "its first line");
	is_num(secretfile_look(&f, &why), 0, "it is as before");
	write_as(other, "two", 0600);
	rename(other, path);
	is_num(secretfile_look(&f, &why), 1, "it is another one");
	is_str(f.text, "two", "that one");
	chmod(path, 0644);
	is_num(secretfile_look(&f, &why), -1, "others may read it");
	is_str(f.text, "two", "the text of before stays");
	f.secret = 0;
	is_num(secretfile_look(&f, &why), 1, "which may be no secret");
	large.path = path;
	truncate(path, SECRETFILE_MAX);
	is_num(secretfile_look(&large, &why), 1, "SECRETFILE_MAX bytes");
	truncate(path, SECRETFILE_MAX + 1);
	is_num(secretfile_look(&large, &why), -1, "one more");
	secretfile_free(&f);
	secretfile_free(&large);
	unlink(path);
	rmdir(dir);
	return done();
}

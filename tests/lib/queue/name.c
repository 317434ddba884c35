#include "tap.h"
#include "queue/name.h"

static const struct {
	int64_t us;
	uint64_t injector;
	unsigned dir;
	const char *id, *path;
} good[] = {
	{ 0, 0, 0, "00000000000000000000", "mess/00/00000000000000000000" },
	{ 1, 31, 1,
	    "0000000000100000"
	    "0v01",
	    "mess/01/00000000001000000v01" },
	{ 36028797018963967, 34359738367, 63, "vvvvvvvvvvvvvvvvvv1v",
	    "mess/1v/vvvvvvvvvvvvvvvvvv1v" },
	{ 1790000000123456, 5, 32, NULL, NULL },
};

static const char *const bad[] = { "", "0", "0000000000000000000",
	"000000000000000000000", "00000000000000000020", "000000000000000000v0",
	"0000000000000000000w", "0000000000000000000V", "/0000000000000000000",
	"../../../etc/passwd0", "0000000000 000000000" };

int
main(void)
{
	char id[NAME_LEN + 1], path[NAME_PATH_LEN + 1], last[NAME_LEN + 1] = "";
	size_t i;
	int64_t us = 1790000000000000;
	int sorted = 1;

	for (i = 0; i < sizeof good / sizeof good[0]; i++) {
		name_make(id, good[i].us, good[i].injector, good[i].dir);
		if (good[i].id != NULL)
			is_str(id, good[i].id, "id");
		is_num(name_check(id, NAME_LEN), 0, "well-formed");
		is_num(name_time_us(id), good[i].us, "time");
		is_num(name_dir(id), good[i].dir, "directory");
		name_path(path, id);
		if (good[i].id != NULL)
			is_str(path, good[i].path, "path");
	}
	for (i = 0; i < NAME_DIRS; i++) {
		name_make(id, us, 7, i);
		name_path(path, id);
		path[NAME_FOLDER_LEN] = '\0';
		name_folder(last, i);
		if (strcmp(path, last) != 0)
			sorted = 0;
	}
	ok(sorted, "each directory has the name that is in paths");
	is_str(last, "mess/1v", "up to the last");
	last[0] = '\0';
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
		is_num(name_check(bad[i], strlen(bad[i])), -1, bad[i]);
	for (i = 0; i < 1000; i++, us += i * 97) {
		name_make(id, us, 1000 - i, i);
		if (strcmp(last, id) >= 0)
			sorted = 0;
		strcpy(last, id);
	}
	ok(sorted, "ids sort by time");
	name_make(id, 5, 1ULL << 35 | 7, 64 + 3);
	is_str(id, "00000000005000000703", "what is too large is cut");
	return done();
}

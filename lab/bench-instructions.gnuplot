# Instructions for each page, phase upon phase, base beside queue. Arguments: CSV, SVG, title.
set datafile separator ","
set terminal svg noenhanced size 1180,560 font "sans,14" background rgb "white"
set output ARG2
# Where TLBs are invalidated by instructions that are waited for (arm64), these beside it.
stats ARG1 using "base_all_waits" nooutput
waits = STATS_max > 0
if (waits) { set multiplot layout 1,2 }
if (waits) { set size 0.6,1 }
set title ARG3.": instructions of one migration, for each page" font ",16"
set style data histograms
set style histogram rowstacked gap 1
set style fill solid 0.85 border rgb "white"
set boxwidth 0.75
if (waits) { set key top left reverse Left samplen 1.5 } else { set key outside right top reverse Left samplen 1.5 }
set grid ytics
set ylabel "instructions for each page"
set yrange [0:*]
set xtics nomirror rotate by -35
set bmargin 8
only(y) = strcol("cpu") eq "max" && strcol("set") eq "phases" && strcol("layout") eq "exclusive" ? column(y) : NaN
per(y) = column(y)/column("pages")
# Cases of a page table or more: with less, what is done once for each call is all that shows. Huge pages by themselves are too low to see.
name(v) = sprintf("%s%s, %s", strcol("layout"), strcol("layout") eq "mthp" ? sprintf(" %d kB", 4*2**column("order")) : sprintf(" %d", column("pages")), v)
if (waits) { set xtics rotate by -55 font ",9" } else { set xtics font ",11" }
plot for [p = 1:3] "< awk -F, -v OFS=, 'NR == 1 { print \"variant\", $0; next } $1 == \"max\" && $2 == \"phases\" && $5 >= 256 { print \"base\", $0; print \"queue\", $0 }' '".ARG1."'" \
	using (strcol("variant") eq "base" ? per("base_".word("setup pages finalize", p)."_insns") : per("queue_".word("setup pages finalize", p)."_insns")):xtic(name(strcol("variant"))) \
	title word("setup pages finalize", p) lc rgb word("#c0392b #e0b20e #1f5fa8", p)

if (waits) {
	set size 0.4,1
	set origin 0.6,0
	set title "TLB maintenance, exclusive pages" font ",16"
	set style data linespoints
	set key top left reverse Left samplen 2
	set logscale xy
	set logscale x 2
	set grid
	set xrange [0.8:3000]
	set yrange [0.7:50000]
	set xtics norotate font ",14" (1, 8, 64, 512, 2048)
	set xlabel "pages moved"
	set ylabel "instructions executed"
	plot ARG1 using "pages":(only("base_all_flushes")) title "base, TLBI" with linespoints lc rgb "#e08e0b" pt 4 ps 1.2 dt 2, \
	     "" using "pages":(only("base_all_waits")) title "base, DSB ISH" with linespoints lc rgb "#c0392b" pt 7 ps 0.6, \
	     "" using "pages":(only("queue_all_flushes")) title "queue, TLBI" with linespoints lc rgb "#27a05a" pt 4 ps 1.2 dt 2, \
	     "" using "pages":(only("queue_all_waits")) title "queue, DSB ISH" with linespoints lc rgb "#1f5fa8" pt 7 ps 0.6
	unset multiplot
}

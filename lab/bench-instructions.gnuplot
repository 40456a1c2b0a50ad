# Instructions for each page, phase upon phase, base beside queue. Arguments: CSV, SVG, title.
set datafile separator ","
set terminal svg noenhanced size 1180,560 font "sans,14" background rgb "white"
set output ARG2
set title ARG3.": instructions of one migration, for each page" font ",16"
set style data histograms
set style histogram rowstacked gap 1
set style fill solid 0.85 border rgb "white"
set boxwidth 0.75
set key outside right top reverse Left samplen 1.5
set grid ytics
set ylabel "instructions for each page"
set yrange [0:*]
set xtics nomirror rotate by -35
set bmargin 8
per(y) = column(y)/column("pages")
# Cases of a page table or more: with less, what is done once for each call is all that shows. Huge pages by themselves are too low to see.
name(v) = sprintf("%s%s, %s", strcol("layout"), strcol("layout") eq "mthp" ? sprintf(" %d kB", 4*2**column("order")) : sprintf(" %d", column("pages")), v)
set xtics font ",11"
plot for [p = 1:3] "< awk -F, -v OFS=, 'NR == 1 { print \"variant\", $0; next } $1 == \"max\" && $2 == \"phases\" && $5 >= 256 { print \"base\", $0; print \"queue\", $0 }' '".ARG1."'" \
	using (strcol("variant") eq "base" ? per("base_".word("setup pages finalize", p)."_insns") : per("queue_".word("setup pages finalize", p)."_insns")):xtic(name(strcol("variant"))) \
	title word("setup pages finalize", p) lc rgb word("#c0392b #e0b20e #1f5fa8", p)

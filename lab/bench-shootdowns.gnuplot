# Shootdowns by how much is moved, and by how many CPUs run the process. Arguments: CSV, SVG, title.
set datafile separator ","
set terminal svg noenhanced size 1180,560 font "sans,14" background rgb "white"
set output ARG2
set multiplot layout 1,2 title ARG3.": TLB shootdowns of one migration to the device" font ",16"
set key top left reverse Left samplen 2 spacing 1.1
set grid
set style data linespoints

set logscale xy 2
set logscale y 10
set xlabel "pages moved" offset 0,-1
set bmargin 5
set ylabel "shootdowns, with one other CPU"
set xrange [0.8:130000]
set yrange [0.7:20000000]
set xtics (1, 8, 64, "512\n2 MB" 512, "4096\n16 MB" 4096, "\n" 16384, "65536\n256 MB" 65536)
of(set, layout, y) = strcol("set") eq set && strcol("layout") eq layout ? y : NaN
plot ARG1 using "pages":(of("sizes", "exclusive", column("base"))) title "base, exclusive" lc rgb "#c0392b" pt 7 ps 0.6, \
     "" using "pages":(of("sizes", "shared", column("base"))) title "base, shared with a child" lc rgb "#e08e0b" pt 4 ps 1.2 dt 2, \
     "" using "pages":(of("sizes", "exclusive", column("queue"))) title "queue, exclusive" lc rgb "#1f5fa8" pt 7 ps 0.6, \
     "" using "pages":(of("sizes", "shared", column("queue"))) title "queue, shared with a child" lc rgb "#27a05a" pt 4 ps 1.2 dt 2, \
     "" using "pages":(of("sizes", "exclusive", column("floor"))) title "floor: one for each page table" lc rgb "#777777" dt 3 pt 0

unset logscale
set logscale y 10
set xlabel offset 0,0 "other CPUs that run threads of the process (64 pages)"
set ylabel "interrupts that they get"
set xrange [0.5:7.5]
set yrange [0.7:10000]
set xtics 1 autofreq
plot ARG1 using "threads":(of("cpus", "exclusive", column("base_interrupts"))) title "base" lc rgb "#c0392b" pt 7 ps 0.6, \
     "" using "threads":(of("cpus", "exclusive", column("queue_interrupts"))) title "queue" lc rgb "#1f5fa8" pt 7 ps 0.6
unset multiplot

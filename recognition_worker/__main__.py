from recognition_worker.cli import main

raise SystemExit(main())

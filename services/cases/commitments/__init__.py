"""What is granted on commitment at once 承诺即批: the published lists, and the grant that follows an application."""
